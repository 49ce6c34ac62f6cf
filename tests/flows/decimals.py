"""Random arithmetic computed by the program and by Python's decimal; they must agree exactly.

    decimals.py PROGRAM [all]
"""
import json
import random
import subprocess
import sys
from decimal import (ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_DOWN, ROUND_HALF_EVEN,
                     ROUND_HALF_UP, ROUND_UP, Context, Decimal, InvalidOperation, getcontext)

PROGRAM = sys.argv[1]
ROUNDS = 20 if sys.argv[2:] == ["all"] else 4
BATCH = 400
CONTEXT = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144)

ROUNDINGS = {
    "decimal": ROUND_HALF_EVEN, "round up": ROUND_UP, "round down": ROUND_DOWN,
    "round half up": ROUND_HALF_UP, "round half down": ROUND_HALF_DOWN,
    "floor": ROUND_FLOOR, "ceiling": ROUND_CEILING,
}


def number(rng):
    digits = rng.choice([1, 2, 3, 5, 10, 17, 30, 34])
    value = Decimal(rng.randrange(10 ** digits)).scaleb(-rng.randrange(0, 20), CONTEXT)
    return -value if rng.random() < 0.4 else value


def case(rng):
    """A text and what it gives; None stands for null."""
    kind = rng.randrange(4)
    a, b = number(rng), number(rng)
    left, right = f"({a:f})", f"({b:f})"
    if kind == 0:
        op = rng.choice("+-*/")
        if op == "/":
            return f"{left} / {right}", None if b == 0 else CONTEXT.divide(a, b)
        apply = {"+": CONTEXT.add, "-": CONTEXT.subtract, "*": CONTEXT.multiply}[op]
        return f"{left} {op} {right}", apply(a, b)
    if kind == 1:
        op = rng.choice(["<", "<=", ">", ">=", "=", "!="])
        result = {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b, "=": a == b, "!=": a != b}
        return f"{left} {op} {right}", result[op]
    if kind == 2:
        name, places = rng.choice(list(ROUNDINGS)), rng.randrange(-3, 12)
        try:
            value = a.quantize(Decimal(1).scaleb(-places), ROUNDINGS[name], CONTEXT)
        except InvalidOperation:
            # More digits than fit: nothing was to be rounded.
            value = a
        return f"{name}({left}, {places})", value
    power = rng.randrange(0, 6)
    base = Decimal(rng.randrange(-999, 999)).scaleb(-rng.randrange(0, 3))
    if base == 0 and power == 0:
        return "1", Decimal(1)
    return f"({base:f}) ** {power}", CONTEXT.power(base, power)


def compute(texts):
    answer = subprocess.run([PROGRAM, "feel", "[" + ", ".join(texts) + "]", "--json"],
                            capture_output=True, text=True, check=True)
    return json.loads(answer.stdout)


def agrees(got, want):
    if want is None or isinstance(want, bool):
        return got is want
    return isinstance(got, str) and Decimal(got) == want


def main():
    getcontext().prec = 80
    passed = failed = 0
    for seed in range(ROUNDS):
        rng = random.Random(seed)
        cases = [case(rng) for _ in range(BATCH)]
        for (text, want), got in zip(cases, compute([text for text, _ in cases])):
            if agrees(got, want):
                passed += 1
            else:
                failed += 1
                print(f"{text}: {got} instead of {want}")
    print(f"{passed} passed, {failed} failed")
    return failed > 0


sys.exit(main())
