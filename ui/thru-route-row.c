/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-config.h"

#include "thru-route-row.h"
#include "thru-cell-sign.h"
#include "thru-matrix-style.h"
#include "thru-words.h"

#include <glib/gi18n.h>
#include <math.h>

#define SIGN_SIZE 20
#define METER_WIDTH 36
#define METER_HEIGHT 4

struct _ThruRouteRow
{
  AdwActionRow parent_instance;

  /* owned */
  ThruStudio     *studio;
  ThruRoute      *route;
  ThruMatrixStyle style;
  char           *sentence;

  /* children */
  GtkWidget *sign;
  GtkWidget *meter;
  GtkWidget *mute_button;
  GtkWidget *button;

  double     level;
};

enum { DISCONNECT, MUTE, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ThruRouteRow, thru_route_row, ADW_TYPE_ACTION_ROW)

static void
draw_sign (GtkDrawingArea *area,
           cairo_t        *cr,
           int             width,
           int             height,
           gpointer        data)
{
  ThruRouteRow *self = data;
  ThruCellState state = thru_cell_state_from_route (self->route);
  GdkRGBA ink = thru_matrix_style_get_ink (&self->style, state);

  thru_cell_sign_draw (cr, state, MIN (width, height), &ink, &self->style.back);
}

static void
draw_meter (GtkDrawingArea *area,
            cairo_t        *cr,
            int             width,
            int             height,
            gpointer        data)
{
  ThruRouteRow *self = data;
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (area)) == GTK_TEXT_DIR_RTL;
  GdkRGBA track = thru_matrix_style_shade (&self->style, 0.12);
  double lit = round (width * self->level);

  gdk_cairo_set_source_rgba (cr, &track);
  cairo_rectangle (cr, 0, 0, width, height);
  cairo_fill (cr);
  gdk_cairo_set_source_rgba (cr, &self->style.success);
  cairo_rectangle (cr, rtl ? width - lit : 0, 0, lit, height);
  cairo_fill (cr);
}

static void
disconnect_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  g_signal_emit (widget, signals[DISCONNECT], 0);
}

static void
mute_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  g_signal_emit (widget, signals[MUTE], 0);
}

static void
thru_route_row_css_changed (GtkWidget         *widget,
                            GtkCssStyleChange *change)
{
  ThruRouteRow *self = THRU_ROUTE_ROW (widget);

  GTK_WIDGET_CLASS (thru_route_row_parent_class)->css_changed (widget, change);
  thru_matrix_style_load (&self->style, widget);
  gtk_widget_queue_draw (self->sign);
  gtk_widget_queue_draw (self->meter);
}

static void
thru_route_row_dispose (GObject *object)
{
  ThruRouteRow *self = THRU_ROUTE_ROW (object);

  g_clear_object (&self->route);
  g_clear_object (&self->studio);

  G_OBJECT_CLASS (thru_route_row_parent_class)->dispose (object);
}

static void
thru_route_row_finalize (GObject *object)
{
  ThruRouteRow *self = THRU_ROUTE_ROW (object);

  thru_matrix_style_clear (&self->style);
  g_free (self->sentence);

  G_OBJECT_CLASS (thru_route_row_parent_class)->finalize (object);
}

static void
thru_route_row_class_init (ThruRouteRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = thru_route_row_dispose;
  object_class->finalize = thru_route_row_finalize;
  widget_class->css_changed = thru_route_row_css_changed;

  gtk_widget_class_install_action (widget_class, "route.disconnect", NULL, disconnect_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "route.disconnect", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_KP_Delete, 0, "route.disconnect", NULL);

  gtk_widget_class_install_action (widget_class, "route.mute", NULL, mute_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_m, 0, "route.mute", NULL);

  signals[DISCONNECT] = g_signal_new ("disconnect", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 0);
  signals[MUTE] = g_signal_new ("mute", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static GtkWidget *
add_area (ThruRouteRow          *self,
          int                    width,
          int                    height,
          GtkDrawingAreaDrawFunc draw)
{
  /* Decoration: the words beside it say the same. */
  GtkWidget *area = g_object_new (GTK_TYPE_DRAWING_AREA, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

  gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (area), width);
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (area), height);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (area), draw, self, NULL);
  gtk_widget_set_valign (area, GTK_ALIGN_CENTER);

  return area;
}

static GtkWidget *
add_button (ThruRouteRow *self,
            const char   *icon,
            const char   *action)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");

  return button;
}

static void
thru_route_row_init (ThruRouteRow *self)
{
  thru_matrix_style_init (&self->style);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self), 4);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), FALSE);

  self->sign = add_area (self, SIGN_SIZE, SIGN_SIZE, draw_sign);
  self->meter = add_area (self, METER_WIDTH, METER_HEIGHT, draw_meter);
  self->mute_button = add_button (self, "media-playback-pause-symbolic", "route.mute");
  self->button = add_button (self, "window-close-symbolic", "route.disconnect");
  gtk_widget_set_tooltip_text (self->button, _("Disconnect"));

  adw_action_row_add_prefix (ADW_ACTION_ROW (self), self->sign);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->meter);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->mute_button);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->button);
}

GtkWidget *
thru_route_row_new (ThruStudio *studio,
                    ThruRoute  *route)
{
  ThruRouteRow *self;

  g_return_val_if_fail (THRU_IS_STUDIO (studio), NULL);
  g_return_val_if_fail (THRU_IS_ROUTE (route), NULL);

  self = g_object_new (THRU_TYPE_ROUTE_ROW, NULL);
  self->studio = g_object_ref (studio);
  self->route = g_object_ref (route);
  thru_route_row_update (self);

  return GTK_WIDGET (self);
}

ThruRoute *
thru_route_row_get_route (ThruRouteRow *self)
{
  g_return_val_if_fail (THRU_IS_ROUTE_ROW (self), NULL);

  return self->route;
}

/* The state as a line of its own begins with a capital. */
static char *
capitalise (const char *text)
{
  gunichar first = g_utf8_get_char (text);
  char buffer[6];
  int length = g_unichar_to_utf8 (g_unichar_totitle (first), buffer);
  g_autofree char *head = g_strndup (buffer, (gsize) length);

  return *text == '\0' ? g_strdup (text) : g_strconcat (head, g_utf8_next_char (text), NULL);
}

static void
update_mute_button (ThruRouteRow *self,
                    const char   *spoken)
{
  gboolean muted = thru_route_get_mute (self->route) != THRU_MUTE_NONE;
  /* Translators: on a button: "Mute Keystation to Live room TX7" */
  g_autofree char *label = g_strdup_printf (muted ? _("Unmute %s") : _("Mute %s"), spoken);

  gtk_button_set_icon_name (GTK_BUTTON (self->mute_button),
                            muted ? "media-playback-start-symbolic" : "media-playback-pause-symbolic");
  gtk_widget_set_tooltip_text (self->mute_button, muted ? _("Unmute (M)") : _("Mute (M)"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->mute_button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

void
thru_route_row_update (ThruRouteRow *self)
{
  g_autofree char *shown = thru_words_shown_route (self->studio, self->route);
  g_autofree char *spoken = thru_words_spoken_route (self->studio, self->route);
  g_autofree char *state = thru_words_route_state (self->studio, self->route);
  g_autofree char *subtitle = capitalise (state);
  /* Translators: a crossing, for a screen reader: "Keystation to Live room TX7: connected, 1 millisecond" */
  g_autofree char *sentence = g_strdup_printf (_("%1$s: %2$s"), spoken, state);

  /* That of late notes goes while the words stay. */
  gtk_widget_queue_draw (self->sign);
  if (g_strcmp0 (sentence, self->sentence) == 0)
    {
      return;
    }
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), shown);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), subtitle);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, sentence, -1);
  update_mute_button (self, spoken);
  if (self->sentence == NULL)
    {
      /* Translators: on a button: "Disconnect Keystation to Live room TX7" */
      g_autofree char *label = g_strdup_printf (_("Disconnect %s"), spoken);

      gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
    }
  g_free (self->sentence);
  self->sentence = g_steal_pointer (&sentence);
}

void
thru_route_row_set_level (ThruRouteRow *self,
                          double        level)
{
  g_return_if_fail (THRU_IS_ROUTE_ROW (self));

  if (self->level != level)
    {
      self->level = level;
      gtk_widget_queue_draw (self->meter);
    }
}
