/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-config.h"

#include "thru-route-list.h"
#include "thru-matrix-model.h"
#include "thru-meter-driver.h"
#include "thru-route-row.h"
#include "thru-words.h"

#include <glib/gi18n.h>

#define MARGIN 12
#define WIDEST 640

struct _ThruRouteList
{
  AdwBin parent_instance;

  /* owned */
  ThruMatrixModel *model;  /* tells, gathered, when something that rows show has changed; NULL without a studio */
  GListModel      *routes; /* sorted */
  GtkSorter       *sorter;
  ThruMeterDriver *meters; /* numbered like the routes */

  GtkWidget       *list_box;
};

enum { DISCONNECTED, FAILED, N_SIGNALS };

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ThruRouteList, thru_route_list, ADW_TYPE_BIN)

static ThruStudio *
get_studio (ThruRouteList *self)
{
  return thru_matrix_model_get_studio (self->model);
}

static int
compare_names (const char *a,
               const char *b)
{
  return g_utf8_collate (a != NULL ? a : "", b != NULL ? b : "");
}

/* Our own room first, like everywhere. */
static int
compare_rooms (ThruRouteList *self,
               const char    *a_id,
               const char    *a_name,
               const char    *b_id,
               const char    *b_name)
{
  ThruRoom *own = thru_studio_get_own_room (get_studio (self));
  const char *own_id = own != NULL ? thru_room_get_id (own) : NULL;
  gboolean a_own = g_strcmp0 (a_id, own_id) == 0;
  gboolean b_own = g_strcmp0 (b_id, own_id) == 0;

  return a_own != b_own ? b_own - a_own : compare_names (a_name, b_name);
}

static int
compare_routes (gconstpointer one,
                gconstpointer two,
                gpointer      data)
{
  ThruRouteList *self = data;
  ThruRoute *a = (ThruRoute *) one, *b = (ThruRoute *) two;
  int order;

  if (self->model == NULL)
    {
      return 0;
    }
  order = compare_rooms (self, thru_route_get_from_room (a), thru_route_get_from_room_name (a),
                         thru_route_get_from_room (b), thru_route_get_from_room_name (b));
  if (order == 0)
    {
      order = compare_names (thru_route_get_from_name (a), thru_route_get_from_name (b));
    }
  if (order == 0)
    {
      order = compare_rooms (self, thru_route_get_to_room (a), thru_route_get_to_room_name (a),
                             thru_route_get_to_room (b), thru_route_get_to_room_name (b));
    }
  if (order == 0)
    {
      order = compare_names (thru_route_get_to_name (a), thru_route_get_to_name (b));
    }

  return order;
}

static void
disconnect_cb (ThruRouteList *self,
               ThruRouteRow  *row)
{
  ThruStudio *studio = get_studio (self);
  g_autoptr(ThruRoute) route = g_object_ref (thru_route_row_get_route (row));
  ThruDevice *source = thru_studio_find_device (studio, thru_route_get_from_room (route),
                                                thru_route_get_from_device (route), TRUE);
  ThruDevice *destination = thru_studio_find_device (studio, thru_route_get_to_room (route),
                                                     thru_route_get_to_device (route), FALSE);
  g_autoptr(ThruDevice) from = source != NULL ? g_object_ref (source) : NULL;
  g_autoptr(ThruDevice) to = destination != NULL ? g_object_ref (destination) : NULL;
  g_autofree char *text = thru_words_disconnected (studio, route);
  g_autoptr(GError) error = NULL;

  if (thru_studio_disconnect_route (studio, route, &error))
    {
      g_signal_emit (self, signals[DISCONNECTED], 0, text, from, to);
    }
  else
    {
      g_signal_emit (self, signals[FAILED], 0, error->message);
    }
}

static void
mute_cb (ThruRouteList *self,
         ThruRouteRow  *row)
{
  ThruRoute *route = thru_route_row_get_route (row);
  g_autoptr(GError) error = NULL;

  if (!thru_studio_mute_route (get_studio (self), route, thru_route_get_mute (route) == THRU_MUTE_NONE, &error))
    {
      g_signal_emit (self, signals[FAILED], 0, error->message);
    }
}

static GtkWidget *
create_row (gpointer route,
            gpointer data)
{
  ThruRouteList *self = data;
  GtkWidget *row = thru_route_row_new (get_studio (self), route);

  g_signal_connect_object (row, "disconnect", G_CALLBACK (disconnect_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "mute", G_CALLBACK (mute_cb), self, G_CONNECT_SWAPPED);

  return row;
}

static void
set_meters (ThruRouteList *self)
{
  g_autoptr(GPtrArray) meters = g_ptr_array_new ();

  for (guint i = 0; self->routes != NULL && i < g_list_model_get_n_items (self->routes); i++)
    {
      g_autoptr(ThruRoute) route = g_list_model_get_item (self->routes, i);

      g_ptr_array_add (meters, thru_route_get_meter (route));
    }
  thru_meter_bank_set (thru_meter_driver_get_bank (self->meters), (ThruMeter **) meters->pdata, meters->len);
}

static void
show_levels (GtkWidget *widget)
{
  ThruRouteList *self = THRU_ROUTE_LIST (widget);
  ThruMeterBank *bank = thru_meter_driver_get_bank (self->meters);
  GtkListBoxRow *row;

  for (guint i = 0; (row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list_box), (int) i)) != NULL; i++)
    {
      thru_route_row_set_level (THRU_ROUTE_ROW (row), thru_meter_bank_get_level (bank, i));
    }
}

static void
update_rows (ThruRouteList *self)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list_box), i)) != NULL; i++)
    {
      thru_route_row_update (THRU_ROUTE_ROW (row));
    }
}

/* Names may have changed, and with them the order. */
static void
lines_changed_cb (ThruRouteList *self)
{
  gtk_sorter_changed (self->sorter, GTK_SORTER_CHANGE_DIFFERENT);
  update_rows (self);
}

/* Rows of a page that nobody looks at would be measured all the same, and a room may have a thousand routes that change. */
static void
bind_rows (ThruRouteList *self)
{
  gboolean shown = gtk_widget_get_mapped (GTK_WIDGET (self)) && self->routes != NULL;

  gtk_list_box_bind_model (GTK_LIST_BOX (self->list_box), shown ? self->routes : NULL, shown ? create_row : NULL, self, NULL);
}

static void
leave_studio (ThruRouteList *self)
{
  if (self->model == NULL)
    {
      return;
    }
  gtk_list_box_bind_model (GTK_LIST_BOX (self->list_box), NULL, NULL, NULL, NULL);
  g_signal_handlers_disconnect_by_data (self->model, self);
  g_signal_handlers_disconnect_by_data (self->routes, self);
  g_clear_object (&self->routes);
  g_clear_object (&self->sorter);
  g_clear_object (&self->model);
}

static void
thru_route_list_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (thru_route_list_parent_class)->map (widget);
  bind_rows (THRU_ROUTE_LIST (widget));
  thru_meter_driver_start (THRU_ROUTE_LIST (widget)->meters);
}

static void
thru_route_list_unmap (GtkWidget *widget)
{
  thru_meter_driver_stop (THRU_ROUTE_LIST (widget)->meters);
  GTK_WIDGET_CLASS (thru_route_list_parent_class)->unmap (widget);
  bind_rows (THRU_ROUTE_LIST (widget));
}

static void
thru_route_list_dispose (GObject *object)
{
  ThruRouteList *self = THRU_ROUTE_LIST (object);

  leave_studio (self);
  g_clear_pointer (&self->meters, thru_meter_driver_free);

  G_OBJECT_CLASS (thru_route_list_parent_class)->dispose (object);
}

static void
thru_route_list_class_init (ThruRouteListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = thru_route_list_dispose;
  widget_class->map = thru_route_list_map;
  widget_class->unmap = thru_route_list_unmap;

  signals[DISCONNECTED] = g_signal_new ("disconnected", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 3, G_TYPE_STRING, THRU_TYPE_DEVICE, THRU_TYPE_DEVICE);
  signals[FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
thru_route_list_init (ThruRouteList *self)
{
  GtkWidget *clamp = adw_clamp_new ();

  self->list_box = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list_box), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list_box, "boxed-list");
  gtk_widget_set_valign (self->list_box, GTK_ALIGN_START);
  gtk_widget_set_margin_top (self->list_box, MARGIN);
  gtk_widget_set_margin_bottom (self->list_box, MARGIN);
  gtk_widget_set_margin_start (self->list_box, MARGIN);
  gtk_widget_set_margin_end (self->list_box, MARGIN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list_box), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Routes"), -1);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), WIDEST);
  adw_clamp_set_child (ADW_CLAMP (clamp), self->list_box);
  adw_bin_set_child (ADW_BIN (self), clamp);
  self->meters = thru_meter_driver_new (GTK_WIDGET (self), show_levels);
}

GtkWidget *
thru_route_list_new (void)
{
  return g_object_new (THRU_TYPE_ROUTE_LIST, NULL);
}

void
thru_route_list_set_studio (ThruRouteList *self,
                            ThruStudio    *studio)
{
  g_return_if_fail (THRU_IS_ROUTE_LIST (self));
  g_return_if_fail (studio == NULL || THRU_IS_STUDIO (studio));

  leave_studio (self);
  if (studio != NULL)
    {
      self->model = thru_matrix_model_new (studio);
      self->sorter = GTK_SORTER (gtk_custom_sorter_new (compare_routes, self, NULL));
      self->routes = G_LIST_MODEL (gtk_sort_list_model_new (g_object_ref (thru_studio_get_routes (studio)),
                                                            g_object_ref (self->sorter)));
      g_signal_connect_swapped (self->model, "lines-changed", G_CALLBACK (lines_changed_cb), self);
      g_signal_connect_swapped (self->model, "cells-changed", G_CALLBACK (update_rows), self);
      g_signal_connect_swapped (self->routes, "items-changed", G_CALLBACK (set_meters), self);
      bind_rows (self);
    }
  set_meters (self);
}
