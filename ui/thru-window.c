/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-config.h"

#include "thru-problem-bar.h"
#include "thru-question-bar.h"
#include "thru-transfer-bar.h"
#include "thru-route-list.h"
#include "thru-settings.h"
#include "thru-window-private.h"

#include <glib/gi18n.h>

#define TOAST_SECONDS 6
#define TOAST_EDGES 100       /* pixels that are neither text nor the button */
#define TOAST_BUTTON_EDGES 44
#define TOAST_CHARS_MIN 10
#define BOLD_PERCENT 112      /* of the width of other letters */
#define LETTERS "abcdefghijklmnopqrstuvwxyz"
#define UNASKED_SECONDS 30

G_DEFINE_FINAL_TYPE (ThruWindow, thru_window, ADW_TYPE_APPLICATION_WINDOW)

static int
measure_text (ThruWindow *self,
              const char *text)
{
  g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  int width;

  pango_layout_get_pixel_size (layout, &width, NULL);
  return width;
}

/* A toast's own title is cut short in a narrow window, and what happened stands at its end. Toasts are as high as they are at
 * their natural width, so this must be what there is beside the buttons. @label: (nullable): of the button. */
static GtkWidget *
make_toast_title (ThruWindow *self,
                  const char *text,
                  const char *label)
{
  GtkWidget *title = gtk_label_new (text);
  int width = gtk_widget_get_width (GTK_WIDGET (self->toast_overlay));
  int letter = MAX (measure_text (self, LETTERS) * BOLD_PERCENT / (int) (100 * strlen (LETTERS)), 1);

  gtk_label_set_wrap (GTK_LABEL (title), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (title), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_widget_add_css_class (title, "heading");
  width -= TOAST_EDGES + (label != NULL ? TOAST_BUTTON_EDGES + measure_text (self, label) : 0);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    gtk_label_set_max_width_chars (GTK_LABEL (title), MAX (width / letter, TOAST_CHARS_MIN));
  return title;
}

AdwToast *
_thru_window_toast (ThruWindow *self,
                    const char *text,
                    const char *label,
                    const char *action)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  AdwToast *toast = adw_toast_new (escaped);

  adw_toast_set_custom_title (toast, make_toast_title (self, text, label));
  adw_toast_set_timeout (toast, TOAST_SECONDS);
  if (action != NULL)
    {
      adw_toast_set_button_label (toast, label);
      adw_toast_set_action_name (toast, action);
    }
  adw_toast_overlay_add_toast (self->toast_overlay, toast);
  return toast;
}

static void
message_cb (ThruWindow *self,
            const char *text)
{
  _thru_window_toast (self, text, NULL, NULL);
}

static void
patched_cb (ThruWindow *self,
            const char *text,
            ThruRoute  *unasked)
{
  AdwToast *toast = _thru_window_toast (self, text, _("Undo"), unasked != NULL ? "win.unmute" : "win.undo");

  if (unasked == NULL)
    return;

  /* Who did not ask for it may be looking elsewhere, and may do something else before. */
  adw_toast_set_timeout (toast, UNASKED_SECONDS);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_set_action_target (toast, "(ssss)", thru_route_get_from_room (unasked), thru_route_get_from_device (unasked),
                               thru_route_get_to_room (unasked), thru_route_get_to_device (unasked));
}

/* The sentence belongs to the matrix, but no toast may cover it, so it stands below them all. */
static void
update_sentence (ThruWindow *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->sentence_label),
                          !thru_studio_get_needs_name (self->studio)
                          && gtk_widget_get_visible (GTK_WIDGET (self->matrix_scroller))
                          && g_strcmp0 (adw_view_stack_get_visible_child_name (self->view_stack), "matrix") == 0);
}

static gboolean
has_bars (GtkBox *box)
{
  return gtk_widget_get_first_child (GTK_WIDGET (box)) != NULL;
}

/* On the first page there is nothing but the question for a name. */
static void
update_bars (ThruWindow *self)
{
  gtk_widget_set_visible (self->bars_bin,
                          !thru_studio_get_needs_name (self->studio)
                          && (has_bars (self->problems_box) || has_bars (self->questions_box) || has_bars (self->transfers_box)));
}

static void
needs_name_cb (ThruWindow *self)
{
  gboolean named = !thru_studio_get_needs_name (self->studio);

  gtk_stack_set_visible_child_name (self->page_stack, named ? "main" : "first");
  thru_view_title_set_enabled (self->view_title, named);
  gtk_widget_set_visible (self->add_button, named);
  gtk_widget_set_visible (self->menu_button, named);
  gtk_widget_set_visible (self->panic_button, named);
  update_bars (self);
  update_sentence (self);
  if (!named)
    thru_first_page_set_studio (self->first_page, self->studio);
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->matrix));
  _thru_window_update_actions (self);
}

static void
follow_width (ThruWindow *self)
{
  gboolean squeezed = thru_view_title_get_squeezed (self->view_title);

  adw_view_switcher_bar_set_reveal (self->view_bar, squeezed);
  gtk_label_set_wrap (self->sentence_label, squeezed);
  gtk_label_set_lines (self->sentence_label, squeezed ? 2 : 1);
  gtk_label_set_single_line_mode (self->sentence_label, !squeezed);
  if (squeezed)
    gtk_widget_add_css_class (GTK_WIDGET (self->sentence_label), "tall");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->sentence_label), "tall");
  for (GtkWidget *bar = gtk_widget_get_first_child (GTK_WIDGET (self->problems_box));
       bar != NULL; bar = gtk_widget_get_next_sibling (bar))
    thru_problem_bar_set_narrow (THRU_PROBLEM_BAR (bar), squeezed);
  for (GtkWidget *bar = gtk_widget_get_first_child (GTK_WIDGET (self->questions_box));
       bar != NULL; bar = gtk_widget_get_next_sibling (bar))
    thru_question_bar_set_narrow (THRU_QUESTION_BAR (bar), squeezed);
}

static gboolean
width_changed_cb (gpointer user)
{
  ThruWindow *self = user;

  self->width_source = 0;
  follow_width (self);
  return G_SOURCE_REMOVE;
}

/* This comes in the middle of an allocation, when others are not to be changed. */
static void
squeezed_cb (ThruWindow *self)
{
  if (self->width_source == 0)
    self->width_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, width_changed_cb, self, NULL);
}

static void
problems_changed_cb (ThruWindow *self)
{
  GListModel *problems = thru_studio_get_problems (self->studio);
  gboolean midi_works = TRUE;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->problems_box))) != NULL)
    gtk_box_remove (self->problems_box, child);

  for (guint i = 0; i < g_list_model_get_n_items (problems); i++)
    {
      g_autoptr(ThruProblem) problem = g_list_model_get_item (problems, i);

      gtk_box_append (self->problems_box, thru_problem_bar_new (problem));
      midi_works &= thru_problem_get_kind (problem) != THRU_PROBLEM_MIDI;
    }
  gtk_label_set_text (self->devices_hint,
                      midi_works ? _("Plug a keyboard or a synthesizer into this computer. It appears here by itself.")
                                 : _("They appear here by themselves once MIDI works on this computer."));
  update_bars (self);
  follow_width (self);
}

static void
answered_cb (ThruWindow      *self,
             guint            answer,
             ThruQuestionBar *bar)
{
  g_autoptr(ThruQuestion) question = g_object_ref (thru_question_bar_get_question (bar));
  g_autoptr(GError) error = NULL;

  if (!thru_studio_answer (self->studio, question, answer, &error))
    _thru_window_toast (self, error->message, NULL, NULL);
}

static gboolean
has_focus (ThruWindow *self,
           GtkBox     *box)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  return focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (box));
}

/* What had the keyboard may be gone: it goes on with the next in @box, or with the matrix. */
static void
keep_focus (ThruWindow *self,
            GtkBox     *box)
{
  if (!has_focus (self, box) && !gtk_widget_child_focus (GTK_WIDGET (box), GTK_DIR_TAB_FORWARD))
    gtk_widget_grab_focus (GTK_WIDGET (self->matrix));
}

static void
questions_changed_cb (ThruWindow *self)
{
  GListModel *questions = thru_studio_get_questions (self->studio);
  gboolean focused = has_focus (self, self->questions_box);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->questions_box))) != NULL)
    gtk_box_remove (self->questions_box, child);

  for (guint i = 0; i < g_list_model_get_n_items (questions); i++)
    {
      g_autoptr(ThruQuestion) question = g_list_model_get_item (questions, i);
      GtkWidget *bar = thru_question_bar_new (question);

      g_signal_connect_object (bar, "answered", G_CALLBACK (answered_cb), self, G_CONNECT_SWAPPED);
      gtk_box_append (self->questions_box, bar);
    }
  update_bars (self);
  if (focused)
    keep_focus (self, self->questions_box);
  follow_width (self);
}

static void
rooms_changed_cb (ThruWindow *self)
{
  GListModel *rooms = thru_studio_get_rooms (self->studio);
  GListModel *devices = thru_room_get_devices (thru_studio_get_own_room (self->studio));
  gboolean searching = thru_studio_get_searching (self->studio);
  gboolean alone = g_list_model_get_n_items (rooms) <= 1;
  gboolean empty = alone && g_list_model_get_n_items (devices) == 0;

  gtk_widget_set_visible (GTK_WIDGET (self->matrix_scroller), !empty);
  gtk_widget_set_visible (self->devices_box, empty);
  gtk_widget_set_visible (self->search_box, alone);
  gtk_label_set_text (self->search_title, searching ? _("Looking for Other Rooms…") : _("No Other Room Yet"));
  gtk_label_set_text (self->search_hint,
                      searching ? _("Start Thruwall on a computer in another room. It appears here by itself.")
                                : _("Start Thruwall on a computer in another room, and add that room by its address."));
  update_sentence (self);
}

static void
routes_changed_cb (ThruWindow *self)
{
  guint n = g_list_model_get_n_items (thru_studio_get_routes (self->studio));

  gtk_stack_set_visible_child_name (self->routes_stack, n > 0 ? "list" : "empty");
}

static void
view_changed_cb (ThruWindow *self)
{
  if (self->matrix != NULL && g_strcmp0 (adw_view_stack_get_visible_child_name (self->view_stack), "matrix") == 0)
    gtk_widget_grab_focus (GTK_WIDGET (self->matrix));
  if (self->studio != NULL)
    update_sentence (self);
}

static void
bind_settings (ThruWindow *self)
{
  gtk_window_set_default_size (GTK_WINDOW (self), 960, 640);
  self->settings = thru_settings_new ();
  if (self->settings == NULL)
    return;

  g_settings_bind (self->settings, "window-width", self, "default-width", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "window-height", self, "default-height", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "window-maximized", self, "maximized", G_SETTINGS_BIND_DEFAULT);
}

static GtkWidget *
get_bar_behind (ThruWindow *self,
                GtkWidget  *before)
{
  return before == NULL ? gtk_widget_get_first_child (GTK_WIDGET (self->transfers_box))
                        : gtk_widget_get_next_sibling (before);
}

/* The bars that stay, stay as they are: one may have the keyboard. */
static void
transfers_changed_cb (ThruWindow *self,
                      guint       position,
                      guint       n_removed,
                      guint       n_added)
{
  GListModel *transfers = thru_studio_get_transfers (self->studio);
  gboolean focused = has_focus (self, self->transfers_box);
  GtkWidget *before = NULL;

  for (guint i = 0; i < position; i++)
    before = get_bar_behind (self, before);

  for (guint i = 0; i < n_removed; i++)
    gtk_box_remove (self->transfers_box, get_bar_behind (self, before));

  for (guint i = 0; i < n_added; i++)
    {
      g_autoptr(ThruTransfer) transfer = g_list_model_get_item (transfers, position + i);
      GtkWidget *bar = thru_transfer_bar_new (self->studio, transfer);

      gtk_box_insert_child_after (self->transfers_box, bar, before);
      before = bar;
    }
  update_bars (self);
  if (focused)
    keep_focus (self, self->transfers_box);
}

static void
bind_studio (ThruWindow *self)
{
  ThruStudio *studio = self->studio;

  g_signal_connect_object (studio, "message", G_CALLBACK (message_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (studio, "notify::needs-name", G_CALLBACK (needs_name_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (studio, "notify::searching", G_CALLBACK (rooms_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (thru_studio_get_problems (studio), "items-changed",
                           G_CALLBACK (problems_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (thru_studio_get_questions (studio), "items-changed",
                           G_CALLBACK (questions_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (thru_studio_get_rooms (studio), "items-changed",
                           G_CALLBACK (rooms_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (thru_room_get_devices (thru_studio_get_own_room (studio)), "items-changed",
                           G_CALLBACK (rooms_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (thru_studio_get_routes (studio), "items-changed",
                           G_CALLBACK (routes_changed_cb), self, G_CONNECT_SWAPPED);

  self->history = thru_history_new (studio);
  g_signal_connect_object (self->history, "patched", G_CALLBACK (patched_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->history, "notify", G_CALLBACK (_thru_window_update_actions), self, G_CONNECT_SWAPPED);

  g_signal_connect_object (thru_studio_get_transfers (studio), "items-changed",
                           G_CALLBACK (transfers_changed_cb), self, G_CONNECT_SWAPPED);

  problems_changed_cb (self);
  questions_changed_cb (self);
  transfers_changed_cb (self, 0, 0, g_list_model_get_n_items (thru_studio_get_transfers (studio)));
  rooms_changed_cb (self);
  routes_changed_cb (self);
  needs_name_cb (self);
}

static void
thru_window_dispose (GObject *object)
{
  ThruWindow *self = THRU_WINDOW (object);

  self->matrix = NULL;
  g_clear_handle_id (&self->width_source, g_source_remove);
  g_clear_weak_pointer (&self->loop_dialog);
  gtk_widget_dispose_template (GTK_WIDGET (self), THRU_TYPE_WINDOW);
  g_clear_object (&self->history);
  g_clear_object (&self->settings);
  g_clear_object (&self->studio);

  G_OBJECT_CLASS (thru_window_parent_class)->dispose (object);
}

static void
thru_window_class_init (ThruWindowClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  object_class->dispose = thru_window_dispose;

  g_type_ensure (THRU_TYPE_FIRST_PAGE);
  g_type_ensure (THRU_TYPE_VIEW_TITLE);
  gtk_widget_class_set_template_from_resource (widget_class, THRU_APP_PATH "/thru-window.ui");
  gtk_widget_class_bind_template_child (widget_class, ThruWindow, toast_overlay);
  gtk_widget_class_bind_template_child (widget_class, ThruWindow, view_title);
  gtk_widget_class_bind_template_child (widget_class, ThruWindow, view_bar);
  gtk_widget_class_bind_template_child (widget_class, ThruWindow, add_button);
  gtk_widget_class_bind_template_child (widget_class, ThruWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, ThruWindow, panic_button);
  gtk_widget_class_bind_template_child (widget_class, ThruWindow, bars_bin);
  gtk_widget_class_bind_template_child (widget_class, ThruWindow, problems_box);
  gtk_widget_class_bind_template_child (widget_class, ThruWindow, questions_box);
  gtk_widget_class_bind_template_child (widget_class, ThruWindow, transfers_box);
  gtk_widget_class_bind_template_child (widget_class, ThruWindow, page_stack);
  gtk_widget_class_bind_template_child (widget_class, ThruWindow, first_page);
  gtk_widget_class_bind_template_child (widget_class, ThruWindow, view_stack);
  gtk_widget_class_bind_template_child (widget_class, ThruWindow, matrix_scroller);
  gtk_widget_class_bind_template_child (widget_class, ThruWindow, devices_box);
  gtk_widget_class_bind_template_child (widget_class, ThruWindow, devices_hint);
  gtk_widget_class_bind_template_child (widget_class, ThruWindow, search_box);
  gtk_widget_class_bind_template_child (widget_class, ThruWindow, search_title);
  gtk_widget_class_bind_template_child (widget_class, ThruWindow, search_hint);
  gtk_widget_class_bind_template_child (widget_class, ThruWindow, sentence_label);
  gtk_widget_class_bind_template_child (widget_class, ThruWindow, routes_stack);
  gtk_widget_class_bind_template_child (widget_class, ThruWindow, routes_scroller);
  gtk_widget_class_bind_template_callback (widget_class, squeezed_cb);
  gtk_widget_class_bind_template_callback (widget_class, view_changed_cb);
  _thru_window_install_actions (widget_class);
}

static void
thru_window_init (ThruWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  _thru_window_lay_bars_out (self->bars_bin);
}

ThruWindow *
thru_window_new (AdwApplication *app,
                 ThruStudio     *studio)
{
  ThruWindow *self;
  GtkWidget *list;

  g_return_val_if_fail (ADW_IS_APPLICATION (app), NULL);
  g_return_val_if_fail (THRU_IS_STUDIO (studio), NULL);

  self = g_object_new (THRU_TYPE_WINDOW, "application", app, NULL);
  self->studio = g_object_ref (studio);
  thru_view_title_set_stack (self->view_title, self->view_stack);

  self->matrix = THRU_MATRIX_VIEW (thru_matrix_view_new ());
  thru_matrix_view_set_studio (self->matrix, studio);
  gtk_scrolled_window_set_child (self->matrix_scroller, GTK_WIDGET (self->matrix));
  g_object_bind_property (self->matrix, "sentence", self->sentence_label, "label", G_BINDING_SYNC_CREATE);
  g_object_bind_property (self->matrix, "sentence", self->sentence_label, "tooltip-text", G_BINDING_SYNC_CREATE);
  g_signal_connect_object (self->matrix, "asks", G_CALLBACK (_thru_window_ask_about_loop), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->matrix, "failed", G_CALLBACK (message_cb), self, G_CONNECT_SWAPPED);

  list = thru_route_list_new ();
  thru_route_list_set_studio (THRU_ROUTE_LIST (list), studio);
  gtk_scrolled_window_set_child (self->routes_scroller, list);
  g_signal_connect_object (list, "failed", G_CALLBACK (message_cb), self, G_CONNECT_SWAPPED);

  bind_settings (self);
  bind_studio (self);
  return self;
}
