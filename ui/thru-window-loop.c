/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-config.h"

#include "thru-window-private.h"

#include <glib/gi18n.h>

typedef struct
{
  ThruWindow *window; /* borrowed: the dialog goes with it */
  ThruDevice *from;
  ThruDevice *to;
} Question;

static void
question_free (gpointer  data,
               GClosure *closure)
{
  Question *question = data;

  g_object_unref (question->from);
  g_object_unref (question->to);
  g_free (question);
}

static void
response_cb (AdwMessageDialog *dialog,
             const char       *response,
             gpointer          data)
{
  Question *question = data;
  ThruWindow *self = question->window;
  g_autoptr(GError) error = NULL;

  if (g_str_equal (response, "connect")
      && !thru_studio_connect_route_anyway (self->studio, question->from, question->to, &error))
    _thru_window_toast (self, error->message, NULL, NULL);
}

void
_thru_window_ask_about_loop (ThruWindow *self,
                             const char *text,
                             ThruDevice *from,
                             ThruDevice *to)
{
  Question *question;
  AdwMessageDialog *dialog;

  /* A drag may cross several such crossings. */
  if (self->loop_dialog != NULL)
    return;

  dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (GTK_WINDOW (self), _("Close a Loop?"), NULL));
  adw_message_dialog_set_body (dialog, text);
  adw_message_dialog_add_responses (dialog, "cancel", _("_Cancel"), "connect", _("_Make the Route Anyway"), NULL);
  adw_message_dialog_set_response_appearance (dialog, "connect", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (dialog, "cancel");
  adw_message_dialog_set_close_response (dialog, "cancel");

  question = g_new0 (Question, 1);
  question->window = self;
  question->from = g_object_ref (from);
  question->to = g_object_ref (to);
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), question, question_free, 0);
  g_set_weak_pointer (&self->loop_dialog, GTK_WIDGET (dialog));
  gtk_window_present (GTK_WINDOW (dialog));
}
