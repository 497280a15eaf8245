/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-problem.h"

struct _ThruProblem
{
  GObject         parent_instance;

  ThruProblemKind kind;
  char           *title;
  char           *detail;
  char           *command;
};

G_DEFINE_FINAL_TYPE (ThruProblem, thru_problem, G_TYPE_OBJECT)

static void
thru_problem_finalize (GObject *object)
{
  ThruProblem *self = THRU_PROBLEM (object);

  g_free (self->title);
  g_free (self->detail);
  g_free (self->command);

  G_OBJECT_CLASS (thru_problem_parent_class)->finalize (object);
}

static void
thru_problem_class_init (ThruProblemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = thru_problem_finalize;
}

static void
thru_problem_init (ThruProblem *self)
{
}

ThruProblem *
thru_problem_new (ThruProblemKind kind,
                  const char     *title,
                  const char     *detail,
                  const char     *command)
{
  ThruProblem *self;

  g_return_val_if_fail (title != NULL && detail != NULL, NULL);

  self = g_object_new (THRU_TYPE_PROBLEM, NULL);
  self->kind = kind;
  self->title = g_strdup (title);
  self->detail = g_strdup (detail);
  self->command = g_strdup (command);
  return self;
}

ThruProblemKind
thru_problem_get_kind (ThruProblem *self)
{
  g_return_val_if_fail (THRU_IS_PROBLEM (self), THRU_PROBLEM_STORE);

  return self->kind;
}

const char *
thru_problem_get_title (ThruProblem *self)
{
  g_return_val_if_fail (THRU_IS_PROBLEM (self), NULL);

  return self->title;
}

const char *
thru_problem_get_detail (ThruProblem *self)
{
  g_return_val_if_fail (THRU_IS_PROBLEM (self), NULL);

  return self->detail;
}

const char *
thru_problem_get_command (ThruProblem *self)
{
  g_return_val_if_fail (THRU_IS_PROBLEM (self), NULL);

  return self->command;
}
