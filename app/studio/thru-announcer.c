/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-announcer.h"

#include "thru-activity.h"
#include "thru-studio-private.h"

#define DEBOUNCE_MS 50
#define ACTIVITY_MS 250

struct _ThruAnnouncer
{
  ThruEngine    *engine; /* borrowed, as the next three */
  ThruStudio    *studio;
  ThruRoomLinks *links;
  GPtrArray     *routes;

  GHashTable    *counted; /* ThruMeter (a reference) to the messages that were told */
  GHashTable    *late;    /* the same for late notes; those that have none are not in it */
  GPtrArray     *told;  /* (element-type ThruRoute): the routes list as the others know it, for its indices */
  guint          timer;
  guint          activity_timer; /* runs while something moves */
  guint          activity_wait;
  gboolean       devices_due;
  gboolean       routes_due;
  gboolean       watched;
};

static void
send_to_all (ThruAnnouncer            *self,
             const ThruSessionMessage *message)
{
  GPtrArray *peers = thru_room_links_get_peers (self->links);

  for (guint i = 0; i < peers->len; i++)
    {
      ThruPeer *peer = g_ptr_array_index (peers, i);

      if (peer->link != 0 && !peer->plain)
        thru_engine_send (self->engine, peer->link, message);
    }
}

static void
send_to (ThruAnnouncer            *self,
         ThruPeer                 *peer,
         const ThruSessionMessage *message)
{
  if (peer != NULL)
    thru_engine_send (self->engine, peer->link, message);
  else
    send_to_all (self, message);
}

static ThruSessionDevice *
describe_device (ThruDevice *device)
{
  ThruSessionDevice *told = thru_session_device_new ();

  told->id = g_strdup (thru_device_get_id (device));
  told->name = thru_session_clean_text (thru_device_get_name (device), -1, THRU_SESSION_NAME_MAX);
  told->address = _thru_device_get_address (device);
  told->is_source = thru_device_is_source (device);
  told->online = thru_device_get_online (device);
  told->open = _thru_device_get_open (device);
  return told;
}

/* @peer: (nullable): NULL for all. */
static void
send_devices (ThruAnnouncer *self,
              ThruPeer      *peer)
{
  GListModel *devices = thru_room_get_devices (thru_studio_get_own_room (self->studio));
  guint n = MIN (g_list_model_get_n_items (devices), THRU_SESSION_DEVICES_MAX);
  guint i = 0;

  do
    {
      g_autoptr(ThruSessionMessage) message = thru_session_message_new (THRU_SESSION_DEVICES);

      for (; i < n && message->devices->len < THRU_SESSION_LIST_PART; i++)
        {
          g_autoptr(ThruDevice) device = g_list_model_get_item (devices, i);

          g_ptr_array_add (message->devices, describe_device (device));
        }
      message->more = i < n;
      send_to (self, peer, message);
    }
  while (i < n);
}

static ThruSessionRoute *
describe_route (ThruRoute *route)
{
  ThruSessionRoute *told = thru_session_route_new ();

  told->from_device = g_strdup (thru_route_get_from_device (route));
  told->to_room = g_strdup (thru_route_get_to_room (route));
  told->to_device = g_strdup (thru_route_get_to_device (route));
  told->to_room_name = thru_session_clean_text (thru_route_get_to_room_name (route), -1, THRU_SESSION_NAME_MAX);
  told->to_device_name = thru_session_clean_text (thru_route_get_to_name (route), -1, THRU_SESSION_NAME_MAX);
  told->state = g_strdup (thru_route_state_to_string (thru_route_get_state (route)));
  if (thru_route_get_reason (route) != NULL)
    told->reason = thru_session_clean_text (thru_route_get_reason (route), -1, THRU_SESSION_REASON_MAX);
  return told;
}

/* The routes that others can be told: those from our own devices; plain MIDI speakers are known to us alone. */
static void
collect_routes (ThruAnnouncer *self)
{
  const char *own_id = thru_room_get_id (thru_studio_get_own_room (self->studio));

  g_ptr_array_set_size (self->told, 0);
  for (guint i = 0; i < self->routes->len && self->told->len < THRU_SESSION_ROUTES_MAX; i++)
    {
      ThruRoute *route = g_ptr_array_index (self->routes, i);

      if (g_str_equal (thru_route_get_from_room (route), own_id))
        g_ptr_array_add (self->told, g_object_ref (route));
    }
}

static void
send_routes (ThruAnnouncer *self,
             ThruPeer      *peer)
{
  guint i = 0;

  do
    {
      g_autoptr(ThruSessionMessage) message = thru_session_message_new (THRU_SESSION_ROUTES);

      for (; i < self->told->len && message->routes->len < THRU_SESSION_LIST_PART; i++)
        g_ptr_array_add (message->routes, describe_route (g_ptr_array_index (self->told, i)));
      message->more = i < self->told->len;
      send_to (self, peer, message);
    }
  while (i < self->told->len);
}

static void
send_due (ThruAnnouncer *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->devices_due)
    send_devices (self, NULL);
  if (self->routes_due)
    {
      collect_routes (self);
      send_routes (self, NULL);
    }
  self->devices_due = FALSE;
  self->routes_due = FALSE;
}

static gboolean
due_cb (gpointer user_data)
{
  ThruAnnouncer *self = user_data;

  self->timer = 0;
  send_due (self);
  return G_SOURCE_REMOVE;
}

static void
arm (ThruAnnouncer *self)
{
  if (self->timer == 0)
    self->timer = g_timeout_add (DEBOUNCE_MS, due_cb, self);
}

/* Adds what moved at @meter since the last time. */
static void
add_activity (ThruAnnouncer *self,
              GArray        *activity,
              ThruMeter     *meter,
              guint32        address,
              guint          route)
{
  ThruMeterSample sample;
  ThruSessionActivity entry = { .address = address, .route = route };
  guint counted = GPOINTER_TO_UINT (g_hash_table_lookup (self->counted, meter));
  guint late = GPOINTER_TO_UINT (g_hash_table_lookup (self->late, meter));

  if (self->watched)
    thru_meter_peek (meter, &sample);
  else
    thru_meter_sample (meter, &sample);
  if (sample.messages == counted && sample.late == late)
    return;

  g_hash_table_insert (self->counted, thru_meter_ref (meter), GUINT_TO_POINTER (sample.messages));
  if (sample.late != late)
    g_hash_table_insert (self->late, thru_meter_ref (meter), GUINT_TO_POINTER (sample.late));
  entry.messages = sample.messages - counted;
  entry.late = sample.late - late;
  entry.peak = sample.peak;
  g_array_append_val (activity, entry);
}

/* Returns: (transfer full): what moved since the last time. */
static GArray *
collect_activity (ThruAnnouncer *self)
{
  GListModel *devices = thru_room_get_devices (thru_studio_get_own_room (self->studio));
  GArray *activity = g_array_new (FALSE, FALSE, sizeof (ThruSessionActivity));
  guint n = g_list_model_get_n_items (devices);

  for (guint j = 0; j < n; j++)
    {
      g_autoptr(ThruDevice) device = g_list_model_get_item (devices, j);

      if (_thru_device_get_address (device) != 0)
        add_activity (self, activity, thru_device_get_meter (device), _thru_device_get_address (device), 0);
    }
  for (guint j = 0; j < self->told->len; j++)
    add_activity (self, activity, thru_route_get_meter (g_ptr_array_index (self->told, j)), 0, j);
  return activity;
}

static gboolean activity_cb (gpointer user_data);

static void
stirred_cb (gpointer user)
{
  ThruAnnouncer *self = user;

  self->activity_wait = 0;
  if (self->activity_timer == 0)
    self->activity_timer = g_timeout_add (ACTIVITY_MS, activity_cb, self);
}

static void
wait_for_activity (ThruAnnouncer *self)
{
  if (self->activity_wait == 0)
    self->activity_wait = thru_activity_wait (stirred_cb, self);
}

static void
forget_activity (ThruAnnouncer *self)
{
  thru_activity_cancel (self->activity_wait);
  self->activity_wait = 0;
  g_clear_handle_id (&self->activity_timer, g_source_remove);
}

static gboolean
activity_cb (gpointer user_data)
{
  ThruAnnouncer *self = user_data;
  g_autoptr(GArray) activity = NULL;
  guint i = 0;

  /* First, so that nothing falls between the look and the wait. */
  wait_for_activity (self);
  activity = collect_activity (self);
  if (activity->len == 0)
    {
      self->activity_timer = 0;
      return G_SOURCE_REMOVE;
    }

  while (i < activity->len)
    {
      g_autoptr(ThruSessionMessage) message = thru_session_message_new (THRU_SESSION_ACTIVITY);
      guint part = MIN (activity->len - i, THRU_SESSION_LIST_PART);

      g_array_append_vals (message->activity, &g_array_index (activity, ThruSessionActivity, i), part);
      i += part;
      send_to_all (self, message);
    }
  return G_SOURCE_CONTINUE;
}

ThruAnnouncer *
thru_announcer_new (ThruEngine    *engine,
                    ThruStudio    *studio,
                    ThruRoomLinks *links,
                    GPtrArray     *routes)
{
  ThruAnnouncer *self;

  g_return_val_if_fail (THRU_IS_ENGINE (engine) && THRU_IS_STUDIO (studio) && links != NULL && routes != NULL, NULL);

  self = g_new0 (ThruAnnouncer, 1);
  self->engine = engine;
  self->studio = studio;
  self->links = links;
  self->routes = routes;
  self->counted = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) thru_meter_unref, NULL);
  self->late = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) thru_meter_unref, NULL);
  self->told = g_ptr_array_new_with_free_func (g_object_unref);
  return self;
}

void
thru_announcer_free (ThruAnnouncer *self)
{
  if (self == NULL)
    return;

  g_clear_handle_id (&self->timer, g_source_remove);
  forget_activity (self);
  g_hash_table_unref (self->counted);
  g_hash_table_unref (self->late);
  g_ptr_array_unref (self->told);
  g_free (self);
}

void
thru_announcer_greet (ThruAnnouncer *self,
                      ThruPeer      *peer)
{
  g_return_if_fail (self != NULL && peer != NULL);

  if (peer->plain)
    return;

  /* Activity names routes by their place in the list, so all must know the same one. */
  send_due (self);
  send_devices (self, peer);
  send_routes (self, peer);
}

void
thru_announcer_devices_soon (ThruAnnouncer *self)
{
  g_return_if_fail (self != NULL);

  self->devices_due = TRUE;
  arm (self);
}

void
thru_announcer_routes_soon (ThruAnnouncer *self)
{
  g_return_if_fail (self != NULL);

  self->routes_due = TRUE;
  arm (self);
}

void
thru_announcer_set_watched (ThruAnnouncer *self,
                            gboolean       watched)
{
  g_return_if_fail (self != NULL);

  self->watched = watched;
}

void
thru_announcer_update (ThruAnnouncer *self)
{
  GPtrArray *peers;
  gboolean linked = FALSE;

  g_return_if_fail (self != NULL);

  peers = thru_room_links_get_peers (self->links);
  for (guint i = 0; i < peers->len; i++)
    {
      ThruPeer *peer = g_ptr_array_index (peers, i);

      linked |= peer->link != 0 && !peer->plain;
    }
  if (linked && self->activity_timer == 0 && self->activity_wait == 0)
    {
      /* What moved before is nobody's news. */
      wait_for_activity (self);
      g_hash_table_remove_all (self->counted);
      g_hash_table_remove_all (self->late);
      g_array_unref (collect_activity (self));
    }
  else if (!linked)
    {
      forget_activity (self);
    }
}
