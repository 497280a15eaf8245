/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-question.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define THRU_TYPE_QUESTION_BAR (thru_question_bar_get_type ())

/* A question that only a person can answer, with a button for each answer. It takes no focus and may wait.
 * Signal "answered" (guint answer): a button was pressed. */
G_DECLARE_FINAL_TYPE (ThruQuestionBar, thru_question_bar, THRU, QUESTION_BAR, AdwBin)

GtkWidget *   thru_question_bar_new          (ThruQuestion    *question);
ThruQuestion *thru_question_bar_get_question (ThruQuestionBar *self);

/* In a narrow window the buttons stand one below the other. */
void          thru_question_bar_set_narrow   (ThruQuestionBar *self,
                                              gboolean         narrow);

G_END_DECLS
