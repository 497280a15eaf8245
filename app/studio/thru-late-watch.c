/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-late-watch-private.h"

#include "thru-activity.h"
#include "thru-route-private.h"

#define PAUSE_MS 1000

struct _ThruLateWatch
{
  GListModel *routes;   /* borrowed */
  guint       activity; /* waiting for something to move */
  guint       timer;
};

/* TRUE: look again. */
static gboolean
look (ThruLateWatch *self)
{
  gint64 now_us = g_get_monotonic_time ();
  gboolean some_late = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (self->routes); i++)
    {
      g_autoptr(ThruRoute) route = g_list_model_get_item (self->routes, i);

      some_late |= _thru_route_look (route, now_us);
    }
  return some_late;
}

static gboolean timer_cb (gpointer user_data);

static void
stirred_cb (gpointer user)
{
  ThruLateWatch *self = user;

  self->activity = 0;
  look (self);
  if (self->timer == 0)
    self->timer = g_timeout_add (PAUSE_MS, timer_cb, self);
}

static gboolean
timer_cb (gpointer user_data)
{
  ThruLateWatch *self = user_data;

  /* Before the look, so that nothing falls between the two. */
  if (self->activity == 0)
    self->activity = thru_activity_wait (stirred_cb, self);
  if (look (self))
    return G_SOURCE_CONTINUE;

  self->timer = 0;
  return G_SOURCE_REMOVE;
}

ThruLateWatch *
_thru_late_watch_new (GListModel *routes)
{
  ThruLateWatch *self;

  g_return_val_if_fail (G_IS_LIST_MODEL (routes), NULL);

  self = g_new0 (ThruLateWatch, 1);
  self->routes = routes;
  self->activity = thru_activity_wait (stirred_cb, self);
  return self;
}

void
_thru_late_watch_free (ThruLateWatch *self)
{
  if (self == NULL)
    return;

  thru_activity_cancel (self->activity);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_free (self);
}
