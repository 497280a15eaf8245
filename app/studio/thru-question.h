/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-types.h"

G_BEGIN_DECLS

#define THRU_QUESTION_ANSWERS_MAX 9

#define THRU_TYPE_QUESTION (thru_question_get_type ())

/* Something that only a person can tell: which of its twins a device is, whether a new name is an old device. Not modal: what
 * depends on it waits. Immutable; a question that is over leaves the list. */
G_DECLARE_FINAL_TYPE (ThruQuestion, thru_question, THRU, QUESTION, GObject)

/* @key: the same for the same question. @answers: NULL-terminated, at most THRU_QUESTION_ANSWERS_MAX are kept. @about:
 * (nullable), NULL-terminated: identities of the devices of this room that wait for the answer, one for each of the first
 * answers. */
ThruQuestion *     thru_question_new         (const char         *key,
                                              const char         *title,
                                              const char         *detail,
                                              const char *const  *answers,
                                              const char *const  *about);
const char *       thru_question_get_key     (ThruQuestion       *self);
const char *       thru_question_get_title   (ThruQuestion       *self);
const char *       thru_question_get_detail  (ThruQuestion       *self);
const char *const *thru_question_get_answers (ThruQuestion       *self);
const char *const *thru_question_get_about   (ThruQuestion       *self);

/* Whether it reads the same. */
gboolean           thru_question_equal       (ThruQuestion       *self,
                                              ThruQuestion       *other);

G_END_DECLS
