/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-meter-driver.h"

#include <adwaita.h>

#define PEEK_INTERVAL 300       /* milliseconds */
#define FRAME_INTERVAL 33000    /* microseconds */

struct _ThruMeterDriver
{
  GtkWidget     *widget; /* borrowed, our owner */
  ThruMeterBank *bank;
  void           (*moved) (GtkWidget *widget);
  guint          peek_id;
  guint          tick_id;
  gint64         drawn_at;
};

static gboolean
tick_cb (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       data)
{
  ThruMeterDriver *self = data;
  gint64 now = gdk_frame_clock_get_frame_time (clock);

  if (now - self->drawn_at < FRAME_INTERVAL - 3000)
    {
      return G_SOURCE_CONTINUE;
    }
  self->drawn_at = now;
  if (thru_meter_bank_advance (self->bank, now, FALSE))
    {
      self->moved (widget);
    }
  if (thru_meter_bank_is_quiet (self->bank))
    {
      self->tick_id = 0;
      return G_SOURCE_REMOVE;
    }

  return G_SOURCE_CONTINUE;
}

static gboolean
peek_cb (gpointer data)
{
  ThruMeterDriver *self = data;

  if (self->tick_id != 0 || !thru_meter_bank_peek (self->bank))
    {
      return G_SOURCE_CONTINUE;
    }
  if (adw_get_enable_animations (self->widget))
    {
      self->tick_id = gtk_widget_add_tick_callback (self->widget, tick_cb, self, NULL);
    }
  else if (thru_meter_bank_advance (self->bank, g_get_monotonic_time (), TRUE))
    {
      self->moved (self->widget);
    }

  return G_SOURCE_CONTINUE;
}

ThruMeterDriver *
thru_meter_driver_new (GtkWidget *widget,
                       void (    *moved ) (GtkWidget *widget))
{
  ThruMeterDriver *self = g_new0 (ThruMeterDriver, 1);

  self->widget = widget;
  self->bank = thru_meter_bank_new ();
  self->moved = moved;

  return self;
}

void
thru_meter_driver_free (ThruMeterDriver *self)
{
  thru_meter_driver_stop (self);
  thru_meter_bank_free (self->bank);
  g_free (self);
}

ThruMeterBank *
thru_meter_driver_get_bank (ThruMeterDriver *self)
{
  return self->bank;
}

void
thru_meter_driver_start (ThruMeterDriver *self)
{
  if (self->peek_id == 0)
    {
      self->peek_id = g_timeout_add_full (G_PRIORITY_DEFAULT_IDLE, PEEK_INTERVAL, peek_cb, self, NULL);
    }
}

void
thru_meter_driver_stop (ThruMeterDriver *self)
{
  g_clear_handle_id (&self->peek_id, g_source_remove);
  if (self->tick_id != 0)
    {
      gtk_widget_remove_tick_callback (self->widget, self->tick_id);
      self->tick_id = 0;
    }
}

gboolean
thru_meter_driver_is_moving (ThruMeterDriver *self)
{
  return self->tick_id != 0;
}
