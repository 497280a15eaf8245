/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-discovery"

#include "thru-config.h"

#include "thru-discovery.h"

#include "thru-avahi-poll.h"
#include "thru-discovery-text.h"
#include "thru-room-browser.h"
#include "thru-room-publisher.h"

#include <avahi-client/client.h>
#include <avahi-common/error.h>
#include <glib/gi18n.h>
#include <string.h>

#define RETRY_FIRST_MS 1000
#define RETRY_MAX_MS 5000
#define REPORT_MS 50 /* a room's addresses come one by one: report them together */

struct _ThruDiscovery
{
  GObject            parent_instance;

  AvahiPoll         *poll;
  AvahiClient       *client;       /* owned; NULL between two tries */
  gboolean           making_client;
  ThruRoomBrowser   *browser;      /* NULL when stopped */
  ThruRoomPublisher *publisher;    /* NULL when stopped */
  gboolean           attached;     /* both work with the client */

  ThruDiscoveryState state;
  char              *problem;
  guint              retry_timer;
  guint              retry_ms;

  /* What was reported last. */
  guint       report_timer;
  gboolean    state_changed;
  char       *published;
  GHashTable *rooms;               /* key → ThruFoundRoom */
};

G_DEFINE_FINAL_TYPE (ThruDiscovery, thru_discovery, G_TYPE_OBJECT)

enum
{
  ROOM_FOUND,
  ROOM_GONE,
  STATE_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void try_again_later (ThruDiscovery *self);

static gboolean
is_off (ThruDiscovery *self)
{
  return self->state == THRU_DISCOVERY_OFF;
}

static gboolean
room_is_in (GPtrArray  *rooms,
            const char *key)
{
  for (guint i = 0; i < rooms->len; i++)
    {
      if (g_str_equal (((ThruFoundRoom *) rooms->pdata[i])->key, key))
        return TRUE;
    }
  return FALSE;
}

static void
report_gone (ThruDiscovery *self,
             GPtrArray     *rooms)
{
  g_autoptr(GPtrArray) gone = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->rooms);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      if (!room_is_in (rooms, key))
        g_ptr_array_add (gone, g_strdup (key));
    }
  for (guint i = 0; i < gone->len && !is_off (self); i++)
    {
      g_hash_table_remove (self->rooms, gone->pdata[i]);
      g_signal_emit (self, signals[ROOM_GONE], 0, gone->pdata[i]);
    }
}

static void
report_found (ThruDiscovery *self,
              GPtrArray     *rooms)
{
  while (rooms->len > 0 && !is_off (self))
    {
      ThruFoundRoom *room = g_ptr_array_steal_index_fast (rooms, rooms->len - 1);
      const ThruFoundRoom *known = g_hash_table_lookup (self->rooms, room->key);

      if (known != NULL && thru_found_room_equal (known, room))
        {
          thru_found_room_free (room);
          continue;
        }
      g_hash_table_replace (self->rooms, room->key, room);
      g_signal_emit (self, signals[ROOM_FOUND], 0, room);
    }
}

static void
report_state (ThruDiscovery *self)
{
  const char *published = thru_room_publisher_get_name (self->publisher);

  if (g_strcmp0 (published, self->published) != 0)
    {
      g_free (self->published);
      self->published = g_strdup (published);
      self->state_changed = TRUE;
    }
  if (!self->state_changed)
    return;
  self->state_changed = FALSE;
  g_signal_emit (self, signals[STATE_CHANGED], 0);
}

static void
set_state (ThruDiscovery     *self,
           ThruDiscoveryState state,
           char              *problem)
{
  if (state != self->state || g_strcmp0 (problem, self->problem) != 0)
    self->state_changed = TRUE;
  self->state = state;
  g_free (self->problem);
  self->problem = problem;
}

/* What went wrong on its own, without the client's failure. */
static void
check_parts (ThruDiscovery *self)
{
  int error = thru_room_publisher_get_error (self->publisher);

  if (!self->attached || (error == 0 && !thru_room_browser_is_broken (self->browser)))
    return;
  set_state (self, THRU_DISCOVERY_PROBLEM,
             error == 0
             ? g_strdup (_("The Avahi service ended the search for other rooms. It is tried again by itself."))
             : g_strdup_printf (_("This room can not be announced: the Avahi service says “%s”. It is tried again by itself."),
                                avahi_strerror (error)));
  try_again_later (self);
}

static void
report (ThruDiscovery *self)
{
  g_autoptr(GPtrArray) rooms = NULL;

  check_parts (self);
  report_state (self);
  if (is_off (self))
    return;
  rooms = thru_room_browser_dup_rooms (self->browser);
  report_gone (self, rooms);
  report_found (self, rooms);
}

/* All signals come from here and never out of Avahi's callbacks, so their handlers may call anything, and drop the last
 * reference, too. */
static gboolean
report_cb (gpointer user_data)
{
  ThruDiscovery *self = g_object_ref (user_data);

  self->report_timer = 0;
  report (self);
  g_object_unref (self);
  return G_SOURCE_REMOVE;
}

static void
report_soon (gpointer user)
{
  ThruDiscovery *self = user;

  if (self->report_timer == 0)
    self->report_timer = g_timeout_add (REPORT_MS, report_cb, self);
}

static void
detach (ThruDiscovery *self)
{
  thru_room_browser_detach (self->browser);
  thru_room_publisher_detach (self->publisher);
  self->attached = FALSE;
}

static void
drop_client (ThruDiscovery *self)
{
  detach (self);
  g_clear_pointer (&self->client, avahi_client_free);
}

static void
attach (ThruDiscovery *self,
        AvahiClient   *client)
{
  int error = self->attached ? 0 : thru_room_browser_attach (self->browser, client);

  if (error != 0)
    {
      set_state (self, THRU_DISCOVERY_PROBLEM,
                 g_strdup_printf (_("Other rooms are not found: the Avahi service says “%s”. It is tried again by itself."),
                                  avahi_strerror (error)));
      try_again_later (self);
      return;
    }
  self->attached = TRUE;
  self->retry_ms = RETRY_FIRST_MS;
  set_state (self, THRU_DISCOVERY_WORKING, NULL);
  thru_room_publisher_detach (self->publisher);
  thru_room_publisher_attach (self->publisher, client);
}

static void
set_no_daemon (ThruDiscovery *self)
{
  set_state (self, THRU_DISCOVERY_NO_DAEMON,
             g_strdup (_("Other rooms are not found by themselves, because the Avahi service does not run on this computer. "
                         "Start it, or add rooms by their address.")));
}

static void
set_client_error (ThruDiscovery *self,
                  int            error)
{
  switch (error)
    {
    case AVAHI_ERR_DISCONNECTED:
      set_no_daemon (self);
      break;

    /* With AVAHI_CLIENT_NO_FAIL this is no matter of the daemon: there is no bus to ask for it. */
    case AVAHI_ERR_NO_DAEMON:
    case AVAHI_ERR_DBUS_ERROR:
      set_state (self, THRU_DISCOVERY_NO_DBUS,
                 g_strdup (_("Other rooms are not found by themselves, because Thruwall can not reach the D-Bus system bus. "
                             "Add rooms by their address.")));
      break;

    default:
      set_state (self, THRU_DISCOVERY_PROBLEM,
                 g_strdup_printf (_("Other rooms are not found: the Avahi service says “%s”. It is tried again by itself."),
                                  avahi_strerror (error)));
      break;
    }
}

/* The first one comes before avahi_client_new() returned. */
static void
client_cb (AvahiClient     *client,
           AvahiClientState state,
           void            *user)
{
  ThruDiscovery *self = user;

  switch (state)
    {
    case AVAHI_CLIENT_S_RUNNING:
      attach (self, client);
      break;

    case AVAHI_CLIENT_S_REGISTERING:
    case AVAHI_CLIENT_S_COLLISION:
      /* The host's name changes; what was announced with the old one is void. The search goes on. */
      thru_room_publisher_detach (self->publisher);
      break;

    case AVAHI_CLIENT_CONNECTING:
      detach (self);
      set_no_daemon (self);
      break;

    case AVAHI_CLIENT_FAILURE:
      detach (self);
      set_client_error (self, avahi_client_errno (client));
      try_again_later (self);
      break;

    default:
      break;
    }
  report_soon (self);
}

static void
make_client (ThruDiscovery *self)
{
  int error = 0;

  /* A synchronous call, as nearly all of Avahi's are. */
  self->client = avahi_client_new (self->poll, AVAHI_CLIENT_NO_FAIL, client_cb, self, &error);
  if (self->client == NULL)
    {
      set_client_error (self, error);
      try_again_later (self);
    }
  report_soon (self);
}

static gboolean
retry_cb (gpointer user_data)
{
  ThruDiscovery *self = user_data;

  self->retry_timer = 0;
  drop_client (self);
  make_client (self);
  return G_SOURCE_REMOVE;
}

/* The client is replaced then and not at once: we may be in its callback. */
static void
try_again_later (ThruDiscovery *self)
{
  if (self->retry_timer != 0)
    return;
  self->retry_timer = g_timeout_add (self->retry_ms, retry_cb, self);
  self->retry_ms = MIN (self->retry_ms * 2, RETRY_MAX_MS);
}

static void
thru_discovery_dispose (GObject *object)
{
  ThruDiscovery *self = THRU_DISCOVERY (object);

  thru_discovery_stop (self);
  g_clear_pointer (&self->poll, thru_avahi_poll_free);
  g_clear_pointer (&self->rooms, g_hash_table_unref);
  G_OBJECT_CLASS (thru_discovery_parent_class)->dispose (object);
}

static void
thru_discovery_class_init (ThruDiscoveryClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = thru_discovery_dispose;

  signals[ROOM_FOUND] = g_signal_new ("room-found", THRU_TYPE_DISCOVERY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[ROOM_GONE] = g_signal_new ("room-gone", THRU_TYPE_DISCOVERY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[STATE_CHANGED] = g_signal_new ("state-changed", THRU_TYPE_DISCOVERY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 0);
}

static void
thru_discovery_init (ThruDiscovery *self)
{
  self->poll = thru_avahi_poll_new (NULL);
  self->rooms = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) thru_found_room_free);
}

ThruDiscovery *
thru_discovery_new (void)
{
  return g_object_new (THRU_TYPE_DISCOVERY, NULL);
}

void
thru_discovery_start (ThruDiscovery *self,
                      const char    *id,
                      const char    *name,
                      guint          port)
{
  g_return_if_fail (THRU_IS_DISCOVERY (self));
  g_return_if_fail (id != NULL && id[0] != '\0' && strlen (id) <= THRU_DISCOVERY_ID_MAX);
  g_return_if_fail (name != NULL && port <= G_MAXUINT16);
  g_return_if_fail (is_off (self));

  self->browser = thru_room_browser_new (id, report_soon, self);
  self->publisher = thru_room_publisher_new (id, report_soon, self);
  thru_room_publisher_set (self->publisher, name, port);
  self->retry_ms = RETRY_FIRST_MS;
  set_state (self, THRU_DISCOVERY_STARTING, NULL);
  make_client (self);
}

void
thru_discovery_update (ThruDiscovery *self,
                       const char    *name,
                       guint          port)
{
  g_return_if_fail (THRU_IS_DISCOVERY (self));
  g_return_if_fail (name != NULL && port <= G_MAXUINT16);

  if (!is_off (self))
    thru_room_publisher_set (self->publisher, name, port);
}

void
thru_discovery_stop (ThruDiscovery *self)
{
  g_return_if_fail (THRU_IS_DISCOVERY (self));

  if (is_off (self))
    return;
  g_clear_handle_id (&self->retry_timer, g_source_remove);
  g_clear_handle_id (&self->report_timer, g_source_remove);
  drop_client (self);
  g_clear_pointer (&self->browser, thru_room_browser_free);
  g_clear_pointer (&self->publisher, thru_room_publisher_free);
  g_clear_pointer (&self->published, g_free);
  g_hash_table_remove_all (self->rooms);
  set_state (self, THRU_DISCOVERY_OFF, NULL);
  self->state_changed = FALSE;
}

void
thru_discovery_announce_again (ThruDiscovery *self)
{
  g_return_if_fail (THRU_IS_DISCOVERY (self));

  if (!is_off (self))
    thru_room_publisher_again (self->publisher);
}

void
thru_discovery_resolve_again (ThruDiscovery *self,
                              const char    *key)
{
  g_return_if_fail (THRU_IS_DISCOVERY (self));
  g_return_if_fail (key != NULL);

  if (!is_off (self))
    thru_room_browser_resolve_again (self->browser, key);
}

ThruDiscoveryState
thru_discovery_get_state (ThruDiscovery *self)
{
  g_return_val_if_fail (THRU_IS_DISCOVERY (self), THRU_DISCOVERY_OFF);

  return self->state;
}

const char *
thru_discovery_get_problem (ThruDiscovery *self)
{
  g_return_val_if_fail (THRU_IS_DISCOVERY (self), NULL);

  return self->problem;
}

const char *
thru_discovery_get_published (ThruDiscovery *self)
{
  g_return_val_if_fail (THRU_IS_DISCOVERY (self), NULL);

  return self->published;
}
