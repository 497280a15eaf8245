/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-live-studio-private.h"

#define NETWORK_SETTLE_MS 500

/* Seconds from one look at the devices to the next once the computer woke: USB brings them back one by one, and not always with a
 * word. */
static const guint rescan_pauses[] = { 1, 1, 3, 5 };

static gboolean
rescan_cb (gpointer user_data)
{
  ThruLiveStudio *self = user_data;

  self->rescan_timer = 0;
  thru_patcher_retry (self->patcher);
  thru_route_planner_plan_soon (self->planner);
  thru_midi_system_look (self->midi);
  if (self->n_rescans < G_N_ELEMENTS (rescan_pauses))
    self->rescan_timer = g_timeout_add_seconds (rescan_pauses[self->n_rescans++], rescan_cb, self);
  return G_SOURCE_REMOVE;
}

static void
sleeping_cb (gpointer user)
{
  ThruLiveStudio *self = user;

  thru_room_links_set_asleep (self->links, TRUE);
  thru_engine_sleep (self->engine);
  thru_store_save_due (self->store);
}

static void
woke_cb (gpointer user)
{
  ThruLiveStudio *self = user;

  thru_room_links_set_asleep (self->links, FALSE);
  thru_engine_wake (self->engine);
  thru_room_links_hurry (self->links);

  /* What others remembered of us has expired while we slept. */
  thru_discovery_announce_again (self->discovery);

  g_clear_handle_id (&self->rescan_timer, g_source_remove);
  self->n_rescans = 0;
  rescan_cb (self);
}

static gboolean
network_settled_cb (gpointer user_data)
{
  ThruLiveStudio *self = user_data;

  self->network_timer = 0;
  thru_engine_probe (self->engine);
  thru_room_links_hurry (self->links);
  return G_SOURCE_REMOVE;
}

/* A cable or an address came or went, usually several times in a row. */
static void
network_changed_cb (ThruLiveStudio *self)
{
  if (self->network_timer == 0)
    self->network_timer = g_timeout_add (NETWORK_SETTLE_MS, network_settled_cb, self);
}

void
_thru_live_studio_watch_computer (ThruLiveStudio *self)
{
  static const ThruSleepWatchFuncs funcs = { sleeping_cb, woke_cb };

  self->sleep_watch = thru_sleep_watch_new (&funcs, self);
  g_signal_connect_object (g_network_monitor_get_default (), "network-changed",
                           G_CALLBACK (network_changed_cb), self, G_CONNECT_SWAPPED);
}

void
_thru_live_studio_unwatch_computer (ThruLiveStudio *self)
{
  g_clear_pointer (&self->sleep_watch, thru_sleep_watch_free);
  g_clear_handle_id (&self->network_timer, g_source_remove);
  g_clear_handle_id (&self->rescan_timer, g_source_remove);
  g_signal_handlers_disconnect_by_data (g_network_monitor_get_default (), self);
}
