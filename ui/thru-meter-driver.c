/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-ui"

#include "thru-meter-driver.h"

#include "thru-activity.h"

#include <adwaita.h>

#define STEADY_INTERVAL 300     /* milliseconds */
#define FRAME_INTERVAL 33000    /* microseconds */

struct _ThruMeterDriver
{
  GtkWidget     *widget; /* borrowed, our owner */
  ThruMeterBank *bank;
  void           (*moved) (GtkWidget *widget);
  guint          activity;  /* waiting for something to move */
  guint          steady_id; /* the next look without animations, or after a message that none of our meters counted */
  guint          tick_id;
  gint64         drawn_at;
};

static void look (ThruMeterDriver *self);

static void
stirred_cb (gpointer user)
{
  ThruMeterDriver *self = user;

  self->activity = 0;
  look (self);
}

/* What was counted just before is seen by the look that follows. */
static void
wait_for_activity (ThruMeterDriver *self)
{
  if (self->activity == 0)
    {
      self->activity = thru_activity_wait (stirred_cb, self);
    }
}

static gboolean
steady_cb (gpointer data)
{
  ThruMeterDriver *self = data;

  self->steady_id = 0;
  wait_for_activity (self);
  look (self);

  return G_SOURCE_REMOVE;
}

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
  if (!thru_meter_bank_is_quiet (self->bank))
    {
      return G_SOURCE_CONTINUE;
    }

  self->tick_id = 0;
  wait_for_activity (self);
  look (self);

  return G_SOURCE_REMOVE;
}

static void
look (ThruMeterDriver *self)
{
  gboolean moving = thru_meter_bank_peek (self->bank);

  if (self->tick_id != 0 || self->steady_id != 0)
    {
      return;
    }
  if (moving && adw_get_enable_animations (self->widget))
    {
      self->tick_id = gtk_widget_add_tick_callback (self->widget, tick_cb, self, NULL);
      return;
    }
  if (moving && thru_meter_bank_advance (self->bank, g_get_monotonic_time (), TRUE))
    {
      self->moved (self->widget);
    }
  /* Not at once again: what moves may be none of ours, and there may be thousands of it. */
  if (moving || self->activity == 0)
    {
      self->steady_id = g_timeout_add (STEADY_INTERVAL, steady_cb, self);
    }
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
  wait_for_activity (self);
  look (self);
}

void
thru_meter_driver_stop (ThruMeterDriver *self)
{
  thru_activity_cancel (self->activity);
  self->activity = 0;
  g_clear_handle_id (&self->steady_id, g_source_remove);
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
