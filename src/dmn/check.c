#include "dmn/dmn.h"
void dmn_check(const struct dmn_model *m, struct feel_diagnostics *d)
{
(void)m;(void)d;
}
