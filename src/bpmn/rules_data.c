/* bpmn/rules_data.c - inputs, outputs and their sets (BPMN 10.4). */
#include "bpmn/model.h"

void bpmn_check_data(struct bpmn_reader *r)
{
	(void)r;
}
