/* bpmn/kinds.c - the table of kinds of elements. A new kind is a file and a row here. */
#include "bpmn/run.h"

static const struct bpmn_kind_row *const rows[BPMN_EVENT_BASED + 1] = {
        [BPMN_START_EVENT] = &bpmn_row_start,
        [BPMN_CATCH_EVENT] = &bpmn_row_catch,
        [BPMN_THROW_EVENT] = &bpmn_row_throw,
        [BPMN_BOUNDARY_EVENT] = &bpmn_row_boundary,
        [BPMN_END_EVENT] = &bpmn_row_end,
        [BPMN_TASK] = &bpmn_row_none_task,
        [BPMN_USER_TASK] = &bpmn_row_user_task,
        [BPMN_MANUAL_TASK] = &bpmn_row_none_task,
        [BPMN_SERVICE_TASK] = &bpmn_row_service_task,
        [BPMN_SEND_TASK] = &bpmn_row_send_task,
        [BPMN_RECEIVE_TASK] = &bpmn_row_receive_task,
        [BPMN_SCRIPT_TASK] = &bpmn_row_script_task,
        [BPMN_RULE_TASK] = &bpmn_row_rule_task,
        [BPMN_CALL_ACTIVITY] = &bpmn_row_call_activity,
        [BPMN_SUB_PROCESS] = &bpmn_row_sub_process,
        [BPMN_EVENT_SUB_PROCESS] = &bpmn_row_event_sub,
        [BPMN_TRANSACTION] = &bpmn_row_sub_process,
        [BPMN_AD_HOC] = &bpmn_row_ad_hoc,
        [BPMN_EXCLUSIVE] = &bpmn_row_exclusive,
        [BPMN_PARALLEL] = &bpmn_row_parallel,
        [BPMN_INCLUSIVE] = &bpmn_row_inclusive,
        [BPMN_COMPLEX] = &bpmn_row_complex,
        [BPMN_EVENT_BASED] = &bpmn_row_event_based,
};

const struct bpmn_kind_row *bpmn_row(enum bpmn_kind kind)
{
	check(kind <= BPMN_EVENT_BASED && rows[kind]);
	return rows[kind];
}
