/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-demo-player-private.h"

#define TICK_MS 50
#define REST_TICKS 30

/* Now and then the network holds up this one of the routes that play. */
#define LATE_EVERY_TICKS 1200
#define LATE_AT_TICK 10
#define LATE_ROUTE 2
#define LATE_NOTES 3

typedef struct
{
  ThruDevice     *source;
  ThruDemoPattern pattern;
  guint           voice;
  guint           played; /* messages in this step */
  guint           peak;
} Voice;

struct _ThruDemoPlayer
{
  ThruStudio *studio;  /* borrowed */
  GPtrArray  *voices;
  GHashTable *by_source; /* ThruDevice to Voice, both borrowed */
  guint       timer;
  guint       tick;
  guint       rest;      /* ticks of silence left */
  gboolean    still;
};

static void
voice_free (Voice *voice)
{
  g_object_unref (voice->source);
  g_free (voice);
}

static void
play_routes (ThruDemoPlayer *self)
{
  GListModel *routes = thru_studio_get_routes (self->studio);
  guint n = g_list_model_get_n_items (routes);
  guint playing = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(ThruRoute) route = g_list_model_get_item (routes, i);
      ThruDevice *from = thru_studio_find_device (self->studio, thru_route_get_from_room (route),
                                                  thru_route_get_from_device (route), TRUE);
      ThruDevice *to = thru_studio_find_device (self->studio, thru_route_get_to_room (route),
                                                thru_route_get_to_device (route), FALSE);
      Voice *voice = from != NULL ? g_hash_table_lookup (self->by_source, from) : NULL;

      if (voice == NULL || to == NULL || voice->played == 0 || thru_route_get_state (route) != THRU_ROUTE_CONNECTED)
        continue;
      thru_meter_report (thru_route_get_meter (route), voice->played, voice->peak);
      thru_meter_report (thru_device_get_meter (to), voice->played, voice->peak);
      if (playing++ == LATE_ROUTE && self->tick % LATE_EVERY_TICKS == LATE_AT_TICK)
        thru_meter_add_late (thru_route_get_meter (route), LATE_NOTES);
    }
}

static void
play_voice (ThruDemoPlayer *self,
            Voice          *voice)
{
  static const uint8_t clock = 0xf8;

  if (self->still)
    {
      voice->played = voice->pattern != THRU_DEMO_SILENT;
      voice->peak = voice->played * (52 + voice->voice * 29 % 61);
    }
  else
    {
      voice->played = _thru_demo_pattern_play (voice->pattern, voice->voice, self->tick, &voice->peak);
    }
  if (!thru_device_get_online (voice->source))
    voice->played = 0;

  if (voice->played > 0)
    thru_meter_report (thru_device_get_meter (voice->source), voice->played, voice->peak);
  if (voice->pattern == THRU_DEMO_STEPS && thru_device_get_online (voice->source))
    thru_meter_count (thru_device_get_meter (voice->source), &clock, 1);
}

static gboolean
tick_cb (gpointer user_data)
{
  ThruDemoPlayer *self = user_data;

  self->tick++;
  if (self->rest > 0)
    {
      self->rest--;
      return G_SOURCE_CONTINUE;
    }

  for (guint i = 0; i < self->voices->len; i++)
    play_voice (self, g_ptr_array_index (self->voices, i));
  play_routes (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
pace_cb (gpointer user_data)
{
  ThruDemoPlayer *self = user_data;
  GListModel *rooms = thru_studio_get_rooms (self->studio);
  guint count = 0;

  self->tick++;
  for (guint i = 0; i < g_list_model_get_n_items (rooms); i++)
    {
      g_autoptr(ThruRoom) room = g_list_model_get_item (rooms, i);
      GListModel *devices = thru_room_get_devices (room);
      guint n = g_list_model_get_n_items (devices);

      for (guint j = 0; j < n; j++)
        {
          g_autoptr(ThruDevice) device = g_list_model_get_item (devices, j);

          if (count++ % 2 == 0)
            thru_meter_report (thru_device_get_meter (device), 1, (self->tick * 17 + count * 29) % 128);
        }
    }
  return G_SOURCE_CONTINUE;
}

ThruDemoPlayer *
_thru_demo_player_new (ThruStudio *studio,
                       gboolean    still)
{
  ThruDemoPlayer *self;

  g_return_val_if_fail (THRU_IS_STUDIO (studio), NULL);

  self = g_new0 (ThruDemoPlayer, 1);
  self->studio = studio;
  self->still = still;
  self->voices = g_ptr_array_new_with_free_func ((GDestroyNotify) voice_free);
  self->by_source = g_hash_table_new (NULL, NULL);
  self->timer = g_timeout_add (TICK_MS, tick_cb, self);
  return self;
}

void
_thru_demo_player_free (ThruDemoPlayer *self)
{
  if (self == NULL)
    return;

  g_clear_handle_id (&self->timer, g_source_remove);
  g_hash_table_unref (self->by_source);
  g_ptr_array_unref (self->voices);
  g_free (self);
}

void
_thru_demo_player_add (ThruDemoPlayer *self,
                       ThruDevice     *source,
                       ThruDemoPattern pattern)
{
  Voice *voice;

  g_return_if_fail (self != NULL && THRU_IS_DEVICE (source));

  voice = g_new0 (Voice, 1);
  voice->source = g_object_ref (source);
  voice->pattern = pattern;
  voice->voice = self->voices->len;
  g_ptr_array_add (self->voices, voice);
  g_hash_table_insert (self->by_source, source, voice);
}

void
_thru_demo_player_set_pace (ThruDemoPlayer *self,
                            guint           hz)
{
  g_return_if_fail (self != NULL);

  g_clear_handle_id (&self->timer, g_source_remove);
  if (hz > 0)
    self->timer = g_timeout_add (MAX (1, 1000 / hz), pace_cb, self);
}

void
_thru_demo_player_rest (ThruDemoPlayer *self)
{
  g_return_if_fail (self != NULL);

  self->rest = REST_TICKS;
}
