/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin Bayes: what tamis's classifier says of the message stands for
 * what SpamAssassin's would. */
#include "eval/theme.h"

/* check_bayes(above, up to): as there, 0 as lower end includes 0. */
static bool
check_bayes(struct eval_job *job, const struct eval_call *call)
{
	const struct message_envelope *e = job->mail->envelope;
	double probability;

	if (!e || !e->is_classified)
		return false;
	probability = (double)e->spam_probability;
	if (call->args[0].number > 0 && probability <= call->args[0].number)
		return false;
	if (!eval_is_undef(call, 1) && probability > call->args[1].number)
		return false;
	job->note = arena_printf(job->arena, "%.4f", probability);
	return true;
}

static const struct eval_function functions[] = {
	{ "check_bayes", "n?t", check_bayes, NULL },
	{ NULL, NULL, NULL, NULL },
};

const struct eval_plugin eval_plugin_bayes = {
	.name = "Bayes",
	.is_default = true,
	.source = EVAL_CLASSIFIER,
	.functions = functions,
};
