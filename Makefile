# Amtsweg. GNU make, no configure step.
#
#   make            build/amtsweg (hardened release)
#   make run        install what is missing, build, start with demonstration data
#   make check      install what is missing, build with sanitizers, run every test
#   make help       all targets

MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
SHELL := /bin/sh

BUILD   := build
# Commands are shown as their target alone; make V=1 shows them whole.
Q       := $(if $(V),,@echo '  $@';)
CC      := gcc
PACKAGES := libmicrohttpd jansson libxml-2.0 icu-uc icu-i18n libpcre2-8 sqlite3 libsodium libcrypto libcmark libqrencode

# Where libraries are is asked once and kept, so that a build without changes stays fast.
-include $(BUILD)/libraries.mk

WARN    := -Wall -Wextra -Werror -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
	-Wvla -Wformat=2 -Wundef -Wwrite-strings
COMMON  := -std=c17 -D_POSIX_C_SOURCE=200809L -D_XOPEN_SOURCE=700 -Isrc -I$(BUILD)/gen -include src/base/banned.h $(WARN) -g -pthread
HARDEN  := -O2 -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE -fcf-protection -fno-plt
SANITIZE := -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
LINK    := -pie -Wl,-z,relro,-z,now -Wl,--as-needed
LIBS    := $(PACKAGE_LIBS) -l:libbidgcc000.a -lmagic -lstemmer -lm -pthread

SOURCES := $(wildcard src/*/*.c src/*/*/*.c)
SQL     := $(sort $(wildcard src/*/*.sql src/*/*/*.sql db/*.sql db/keys/*.sql))
MAINS   := src/cli/main.c
PARTS   := $(filter-out $(MAINS),$(SOURCES))
UNITS   := $(patsubst tests/unit/%.c,%,$(wildcard tests/unit/*.c))

release = $(patsubst src/%.c,$(BUILD)/release/%.o,$(1))
checked = $(patsubst src/%.c,$(BUILD)/check/%.o,$(1))

.PHONY: all run run-fresh check check-all bench fuzz deps clean help unit unit-programs rooms format-check \
	tck bpmn-suite wohngeld

all: $(BUILD)/amtsweg ui/static/kern.min.css

# Styles and fonts come from npm packages; packaging/setup installs them.
ui/static/kern.min.css:
	@if [ -d ui/node_modules ]; then ui/collect; \
	else echo "Styles and fonts are missing: run 'packaging/setup run' once." >&2; fi

$(BUILD)/libraries.mk:
	@mkdir -p $(BUILD)
	@pkg-config --exists $(PACKAGES) || { echo "Libraries are missing: run 'packaging/setup run'." >&2; exit 1; }
	@printf 'PACKAGE_CFLAGS := %s\nPACKAGE_LIBS := %s\n' "$$(pkg-config --cflags $(PACKAGES))" \
		"$$(pkg-config --libs $(PACKAGES))" > $@

$(BUILD)/amtsweg: $(call release,$(SOURCES))
	$(Q)$(CC) $(HARDEN) $(LINK) -o $@ $^ $(LIBS)

$(BUILD)/check/amtsweg: $(call checked,$(SOURCES))
	$(Q)$(CC) $(SANITIZE) -o $@ $^ $(LIBS)

$(BUILD)/release/%.o: src/%.c | $(BUILD)/gen/sql.stamp $(BUILD)/libraries.mk
	@mkdir -p $(@D)
	$(Q)$(CC) $(COMMON) $(HARDEN) $(PACKAGE_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/check/%.o: src/%.c | $(BUILD)/gen/sql.stamp $(BUILD)/libraries.mk
	@mkdir -p $(@D)
	$(Q)$(CC) $(COMMON) $(SANITIZE) $(PACKAGE_CFLAGS) -MMD -MP -c -o $@ $<

# The SQL files become build/gen/sql_<room>.h (ids of statements) and the tables that src/store
# includes. A file that says the same as before keeps its time, so only its readers are rebuilt.
# The list of files is kept, so that a removed one counts as a change.
ifneq ($(strip $(file <$(BUILD)/gen/sql.list)),$(SQL))
$(shell rm -f $(BUILD)/gen/sql.stamp)
endif

# Objects depend on these files by name: make must look at them again after the stamp.
$(BUILD)/gen/sql_%: $(BUILD)/gen/sql.stamp
	@:

$(BUILD)/gen/sql.stamp: $(SQL) src/store/sql.awk
	@mkdir -p $(@D)
	@rm -f $(@D)/*.new
	@awk -v out=$(@D) -f src/store/sql.awk $(SQL)
	@for new in $(@D)/*.new; do \
		cmp -s $$new $${new%.new} && rm $$new || mv $$new $${new%.new}; done
	@echo '$(SQL)' > $(@D)/sql.list
	@touch $@

# Tests -----------------------------------------------------------------------------------

$(BUILD)/check/parts.a: $(call checked,$(PARTS))
	@rm -f $@
	@ar rcs $@ $^

$(BUILD)/check/unit/%: tests/unit/%.c $(BUILD)/check/parts.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(COMMON) $(SANITIZE) $(PACKAGE_CFLAGS) -MMD -MP -o $@ $< $(BUILD)/check/parts.a -lcmocka $(LIBS)

unit-programs: $(addprefix $(BUILD)/check/unit/,$(UNITS))

unit: unit-programs
	@tests/run-unit $(BUILD)/check/unit $(UNITS)

rooms:
	@tests/rooms

format-check:
	@clang-format --dry-run -Werror $$(git ls-files 'src/*.[ch]' 'tests/*.[ch]' 'fuzz/*.[ch]' 'bench/*.[ch]')

check:
	@packaging/setup check
	@tests/check

check-all:
	@packaging/setup check
	@tests/check all

# The server with the small site of the tests: make build/demo/web && build/demo/web 60 8430
$(BUILD)/demo/%: tests/demo/%.c $(call release,$(PARTS))
	@mkdir -p $(@D)
	$(CC) $(COMMON) $(HARDEN) $(LINK) $(PACKAGE_CFLAGS) -o $@ $^ $(LIBS)

# Fuzzing: make fuzz TARGET=json SECONDS=60; without TARGET every target in turn ------------

SECONDS ?= 60
FUZZERS := $(patsubst fuzz/%.c,%,$(wildcard fuzz/*.c))
fuzz_cc := clang -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined

$(BUILD)/fuzz/%.o: src/%.c | $(BUILD)/gen/sql.stamp $(BUILD)/libraries.mk
	@mkdir -p $(@D)
	$(Q)$(fuzz_cc) $(COMMON) $(PACKAGE_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/fuzz/parts.a: $(patsubst src/%.c,$(BUILD)/fuzz/%.o,$(PARTS))
	@rm -f $@
	@ar rcs $@ $^

$(BUILD)/fuzz/target/%: fuzz/%.c $(BUILD)/fuzz/parts.a
	@mkdir -p $(@D)
	$(Q)clang -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined $(COMMON) \
		-Wno-missing-prototypes $(PACKAGE_CFLAGS) -o $@ $< $(BUILD)/fuzz/parts.a $(LIBS)

fuzz: $(addprefix $(BUILD)/fuzz/target/,$(or $(TARGET),$(FUZZERS)))
	@tests/run-fuzz $(BUILD)/fuzz/target $(SECONDS) $(or $(TARGET),$(FUZZERS))

# Running ---------------------------------------------------------------------------------

run:
	@packaging/setup run
	@$(MAKE) all
	@$(BUILD)/amtsweg serve --demo --data var/demo

run-fresh:
	@rm -rf var/demo
	@$(MAKE) run

$(BUILD)/release/parts.a: $(call release,$(PARTS))
	@rm -f $@
	@ar rcs $@ $^

$(BUILD)/bench/%: bench/%.c $(BUILD)/release/parts.a
	@mkdir -p $(@D)
	$(Q)$(CC) $(COMMON) $(HARDEN) $(LINK) $(PACKAGE_CFLAGS) -o $@ $^ $(LIBS)

bench: all
	@bench/run

# Public suites: DIR or FILE name the place -------------------------------------------------

tck: all
	@$(BUILD)/amtsweg tck $(DIR)

bpmn-suite: all
	@$(BUILD)/amtsweg bpmn-suite $(DIR)

wohngeld: all
	@$(BUILD)/amtsweg wohngeld $(FILE)

deps:
	@packaging/setup run

clean:
	rm -rf $(BUILD)

help:
	@sed -n 's/^# \{0,1\}//;2,7p' Makefile
	@echo "Targets: all run run-fresh check check-all bench fuzz deps clean help unit rooms format-check"
	@echo "Suites:  tck DIR=... bpmn-suite DIR=... wohngeld FILE=..."

-include $(patsubst %.o,%.d,$(wildcard $(BUILD)/release/*/*.o $(BUILD)/release/*/*/*.o \
	$(BUILD)/check/*/*.o $(BUILD)/check/*/*/*.o $(BUILD)/fuzz/*/*.o $(BUILD)/fuzz/*/*/*.o))
-include $(wildcard $(BUILD)/check/unit/*.d)
