/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-config.h"

#include "thru-question-bar.h"

#define BESIDE_MAX 3 /* buttons in a row */

struct _ThruQuestionBar
{
  AdwBin parent_instance;

  /* Owned */
  ThruQuestion *question;

  /* Template children */
  GtkLabel *title_label;
  GtkLabel *detail_label;
  GtkBox   *answers_box;
};

enum
{
  ANSWERED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ThruQuestionBar, thru_question_bar, ADW_TYPE_BIN)

static void
clicked_cb (ThruQuestionBar *self,
            GtkWidget       *button)
{
  guint answer = 0;

  for (GtkWidget *before = gtk_widget_get_prev_sibling (button); before != NULL; before = gtk_widget_get_prev_sibling (before))
    answer++;
  g_signal_emit (self, signals[ANSWERED], 0, answer);
}

static void
thru_question_bar_dispose (GObject *object)
{
  ThruQuestionBar *self = THRU_QUESTION_BAR (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), THRU_TYPE_QUESTION_BAR);
  g_clear_object (&self->question);

  G_OBJECT_CLASS (thru_question_bar_parent_class)->dispose (object);
}

static void
thru_question_bar_class_init (ThruQuestionBarClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = thru_question_bar_dispose;

  signals[ANSWERED] = g_signal_new ("answered", THRU_TYPE_QUESTION_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, G_TYPE_UINT);

  gtk_widget_class_set_template_from_resource (widget_class, THRU_APP_PATH "/thru-question-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, ThruQuestionBar, title_label);
  gtk_widget_class_bind_template_child (widget_class, ThruQuestionBar, detail_label);
  gtk_widget_class_bind_template_child (widget_class, ThruQuestionBar, answers_box);
}

static void
thru_question_bar_init (ThruQuestionBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* Names can be longer than a narrow window is wide. */
static void
add_button (ThruQuestionBar *self,
            const char      *answer)
{
  GtkWidget *label = gtk_label_new (answer);
  GtkWidget *button = gtk_button_new ();

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_button_set_child (GTK_BUTTON (button), label);
  gtk_widget_set_tooltip_text (button, answer);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, answer, -1);
  g_signal_connect_object (button, "clicked", G_CALLBACK (clicked_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (self->answers_box, button);
}

GtkWidget *
thru_question_bar_new (ThruQuestion *question)
{
  ThruQuestionBar *self;
  const char *const *answers;

  g_return_val_if_fail (THRU_IS_QUESTION (question), NULL);

  self = g_object_new (THRU_TYPE_QUESTION_BAR, NULL);
  self->question = g_object_ref (question);
  gtk_label_set_text (self->title_label, thru_question_get_title (question));
  gtk_label_set_text (self->detail_label, thru_question_get_detail (question));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, thru_question_get_title (question),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, thru_question_get_detail (question),
                                  -1);
  answers = thru_question_get_answers (question);
  for (guint i = 0; answers[i] != NULL; i++)
    add_button (self, answers[i]);
  thru_question_bar_set_narrow (self, FALSE);
  return GTK_WIDGET (self);
}

ThruQuestion *
thru_question_bar_get_question (ThruQuestionBar *self)
{
  g_return_val_if_fail (THRU_IS_QUESTION_BAR (self), NULL);

  return self->question;
}

void
thru_question_bar_set_narrow (ThruQuestionBar *self,
                              gboolean         narrow)
{
  gboolean beside;

  g_return_if_fail (THRU_IS_QUESTION_BAR (self));

  beside = !narrow && g_strv_length ((char **) thru_question_get_answers (self->question)) <= BESIDE_MAX;
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->answers_box),
                                  beside ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL);
  gtk_widget_set_halign (GTK_WIDGET (self->answers_box), narrow ? GTK_ALIGN_FILL : GTK_ALIGN_START);
}
