/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-types.h"

G_BEGIN_DECLS

typedef enum
{
  THRU_PROBLEM_DISCOVERY, /* other rooms are not found by themselves */
  THRU_PROBLEM_MIDI,      /* no MIDI system works */
  THRU_PROBLEM_LISTEN,    /* port 1199 is taken */
  THRU_PROBLEM_STORE,     /* saved state could not be read or written */
  THRU_PROBLEM_IDENTITY,  /* two computers are one room; with a command: this is one of them */
} ThruProblemKind;

#define THRU_TYPE_PROBLEM (thru_problem_get_type ())

/* Something that does not work now, in words: what, why and what to do. At most one of each kind. */
G_DECLARE_FINAL_TYPE (ThruProblem, thru_problem, THRU, PROBLEM, GObject)

ThruProblem *   thru_problem_new        (ThruProblemKind  kind,
                                         const char      *title,
                                         const char      *detail,
                                         const char      *command);
ThruProblemKind thru_problem_get_kind   (ThruProblem     *self);
const char *    thru_problem_get_title  (ThruProblem     *self);
const char *    thru_problem_get_detail (ThruProblem     *self);

/* (nullable): a shell command that helps, to copy. */
const char *    thru_problem_get_command (ThruProblem    *self);

G_END_DECLS
