/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-answers.h"

#include <glib/gi18n.h>

/* The question about @device and the place of @device among the answers. Returns: (transfer full) (nullable). */
static ThruQuestion *
find_question (ThruStudio *studio,
               ThruDevice *device,
               guint      *answer)
{
  GListModel *questions = thru_studio_get_questions (studio);

  for (guint i = 0; device != NULL && i < g_list_model_get_n_items (questions); i++)
    {
      g_autoptr(ThruQuestion) question = g_list_model_get_item (questions, i);
      const char *const *about = thru_question_get_about (question);

      for (*answer = 0; about[*answer] != NULL; (*answer)++)
        if (g_str_equal (about[*answer], thru_device_get_id (device)))
          return g_steal_pointer (&question);
    }
  return NULL;
}

/* An instrument may be asked about as a MIDI input or as an output. Returns: (transfer full) (nullable). */
static ThruQuestion *
find_question_about (ThruStudio *studio,
                     const char *text,
                     guint      *answer,
                     GError    **error)
{
  g_autoptr(GError) first = NULL;
  ThruDevice *source = thru_studio_parse_device (studio, text, TRUE, &first);
  ThruDevice *destination = thru_studio_parse_device (studio, text, FALSE, NULL);
  ThruQuestion *question = find_question (studio, source, answer);

  if (question == NULL)
    question = find_question (studio, destination, answer);
  if (question == NULL && source == NULL && destination == NULL)
    g_propagate_error (error, g_steal_pointer (&first));
  else if (question == NULL)
    g_set_error (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_IMPOSSIBLE, _("Nothing is asked about “%s”"), text);
  return question;
}

gboolean
thru_answers_same_device (ThruStudio *studio,
                          const char *old,
                          const char *device,
                          GError    **error)
{
  g_autoptr(ThruQuestion) question = NULL;
  gboolean is_source;
  ThruDevice *before;
  ThruDevice *now;
  guint answer = 0;

  g_return_val_if_fail (THRU_IS_STUDIO (studio) && old != NULL && device != NULL, FALSE);

  if (device[0] == '\0')
    {
      question = find_question_about (studio, old, &answer, error);
      return question != NULL && thru_studio_answer (studio, question, answer, error);
    }

  is_source = thru_studio_parse_device (studio, old, TRUE, NULL) != NULL
              && thru_studio_parse_device (studio, device, TRUE, NULL) != NULL;
  before = thru_studio_parse_device (studio, old, is_source, error);
  now = before != NULL ? thru_studio_parse_device (studio, device, is_source, error) : NULL;
  return now != NULL && thru_studio_use_device (studio, before, now, error);
}

gboolean
thru_answers_other_device (ThruStudio *studio,
                           const char *old,
                           GError    **error)
{
  g_autoptr(ThruQuestion) question = NULL;
  guint answer = 0;

  g_return_val_if_fail (THRU_IS_STUDIO (studio) && old != NULL, FALSE);

  question = find_question_about (studio, old, &answer, error);
  if (question == NULL)
    return FALSE;
  return thru_studio_answer (studio, question, g_strv_length ((char **) thru_question_get_about (question)), error);
}
