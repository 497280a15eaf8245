/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-question.h"

struct _ThruQuestion
{
  GObject parent_instance;

  char   *key;
  char   *title;
  char   *detail;
  char  **answers;
  char  **about;
};

G_DEFINE_FINAL_TYPE (ThruQuestion, thru_question, G_TYPE_OBJECT)

static void
thru_question_finalize (GObject *object)
{
  ThruQuestion *self = THRU_QUESTION (object);

  g_free (self->key);
  g_free (self->title);
  g_free (self->detail);
  g_strfreev (self->answers);
  g_strfreev (self->about);

  G_OBJECT_CLASS (thru_question_parent_class)->finalize (object);
}

static void
thru_question_class_init (ThruQuestionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = thru_question_finalize;
}

static void
thru_question_init (ThruQuestion *self)
{
}

/* Returns: (transfer full): never NULL. */
static char **
copy_some (const char *const *texts)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; texts != NULL && texts[i] != NULL && i < THRU_QUESTION_ANSWERS_MAX; i++)
    g_strv_builder_add (builder, texts[i]);
  return g_strv_builder_end (builder);
}

ThruQuestion *
thru_question_new (const char        *key,
                   const char        *title,
                   const char        *detail,
                   const char *const *answers,
                   const char *const *about)
{
  ThruQuestion *self;

  g_return_val_if_fail (key != NULL && title != NULL && detail != NULL && answers != NULL, NULL);

  self = g_object_new (THRU_TYPE_QUESTION, NULL);
  self->key = g_strdup (key);
  self->title = g_strdup (title);
  self->detail = g_strdup (detail);
  self->answers = copy_some (answers);
  self->about = copy_some (about);
  return self;
}

const char *
thru_question_get_key (ThruQuestion *self)
{
  g_return_val_if_fail (THRU_IS_QUESTION (self), NULL);

  return self->key;
}

const char *
thru_question_get_title (ThruQuestion *self)
{
  g_return_val_if_fail (THRU_IS_QUESTION (self), NULL);

  return self->title;
}

const char *
thru_question_get_detail (ThruQuestion *self)
{
  g_return_val_if_fail (THRU_IS_QUESTION (self), NULL);

  return self->detail;
}

const char *const *
thru_question_get_answers (ThruQuestion *self)
{
  g_return_val_if_fail (THRU_IS_QUESTION (self), NULL);

  return (const char *const *) self->answers;
}

const char *const *
thru_question_get_about (ThruQuestion *self)
{
  g_return_val_if_fail (THRU_IS_QUESTION (self), NULL);

  return (const char *const *) self->about;
}

gboolean
thru_question_equal (ThruQuestion *self,
                     ThruQuestion *other)
{
  g_return_val_if_fail (THRU_IS_QUESTION (self) && THRU_IS_QUESTION (other), FALSE);

  return g_str_equal (self->key, other->key)
         && g_str_equal (self->title, other->title)
         && g_str_equal (self->detail, other->detail)
         && g_strv_equal ((const char *const *) self->answers, (const char *const *) other->answers)
         && g_strv_equal ((const char *const *) self->about, (const char *const *) other->about);
}
