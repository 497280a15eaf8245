/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-problem.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define THRU_TYPE_PROBLEM_BAR (thru_problem_bar_get_type ())

/* One thing that does not work now: what, why, what to do, and a command to copy where one helps. */
G_DECLARE_FINAL_TYPE (ThruProblemBar, thru_problem_bar, THRU, PROBLEM_BAR, AdwBin)

GtkWidget *thru_problem_bar_new        (ThruProblem    *problem);

/* In a narrow window the button stands below the text. */
void       thru_problem_bar_set_narrow (ThruProblemBar *self,
                                        gboolean        narrow);

G_END_DECLS
