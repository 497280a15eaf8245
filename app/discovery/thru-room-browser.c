/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-discovery"

#include "thru-room-browser.h"

#include "thru-discovery-text.h"
#include "thru-due-source.h"
#include "thru-sighting.h"

#include <avahi-client/lookup.h>
#include <avahi-common/error.h>

#define ROOMS_MAX 128
#define ADDRESSES_MAX 16 /* per room */
#define SIGHTINGS_MAX (4 * ROOMS_MAX)
#define RESOLVERS_MAX 16        /* at once: each is an object in the daemon */
#define REST_MIN_US 10000      /* after each look-up that was begun */
#define REST_MAX_US G_USEC_PER_SEC
#define REST_FACTOR 4          /* as often as long as it took */
#define LEAVING_US (2 * G_USEC_PER_SEC)
#define UNCONFIRMED_US (10 * G_USEC_PER_SEC) /* what the daemon's restart left behind and nobody announced again */

struct _ThruRoomBrowser
{
  char                *own_id;
  ThruRoomBrowserFunc  changed;
  gpointer             user;
  AvahiClient         *client;       /* borrowed; NULL when detached */
  AvahiServiceBrowser *browser;      /* owned; dies with the client */
  GPtrArray           *sightings;    /* (element-type ThruSighting) */
  gint64               rests_until;  /* monotonic microseconds: no look-up begins before */
  guint64              stamps;
  GSource             *due_source;   /* one for what is due next */
  gboolean             broken;       /* the daemon ended our browsing */
  gboolean             overflowed;   /* something was left out for want of room */
};

static void schedule (ThruRoomBrowser *self);
static int browse (ThruRoomBrowser *self,
                   AvahiClient     *client);

static ThruSighting *
find_sighting (ThruRoomBrowser *self,
               AvahiIfIndex     interface,
               AvahiProtocol    protocol,
               const char      *service,
               const char      *domain)
{
  for (guint i = 0; i < self->sightings->len; i++)
    {
      ThruSighting *sighting = self->sightings->pdata[i];

      if (thru_sighting_is (sighting, interface, protocol, service, domain))
        return sighting;
    }
  return NULL;
}

static guint
count_resolving (ThruRoomBrowser *self)
{
  guint n = 0;

  for (guint i = 0; i < self->sightings->len; i++)
    n += ((ThruSighting *) self->sightings->pdata[i])->resolver != NULL;
  return n;
}

static void
looked_up_cb (ThruSighting *sighting,
              gboolean      answered,
              gpointer      user)
{
  ThruRoomBrowser *self = user;

  if (answered)
    {
      sighting->stamp = ++self->stamps;
      self->changed (self->user);
    }
  schedule (self);
}

static void
drop_departed (ThruRoomBrowser *self,
               gint64           now)
{
  for (guint i = self->sightings->len; i > 0; i--)
    {
      ThruSighting *sighting = self->sightings->pdata[i - 1];

      if (sighting->leaves_at != 0 && sighting->leaves_at <= now)
        {
          g_ptr_array_remove_index (self->sightings, i - 1);
          self->changed (self->user);
        }
    }
  /* Avahi tells each service once: to hear of what was left out, ask for all again. */
  if (self->overflowed && self->sightings->len < SIGHTINGS_MAX / 2)
    {
      self->overflowed = FALSE;
      g_clear_pointer (&self->browser, avahi_service_browser_free);
      self->broken = browse (self, self->client) != 0;
    }
}

static void
end_unanswered (ThruRoomBrowser *self,
                gint64           now)
{
  for (guint i = 0; i < self->sightings->len; i++)
    {
      ThruSighting *sighting = self->sightings->pdata[i];

      if (sighting->resolver != NULL && sighting->ends_at <= now)
        thru_sighting_expire (sighting);
    }
}

static ThruSighting *
find_due (ThruRoomBrowser *self,
          gint64           now)
{
  ThruSighting *first = NULL;

  for (guint i = 0; i < self->sightings->len; i++)
    {
      ThruSighting *sighting = self->sightings->pdata[i];

      if (sighting->wants_resolve && sighting->resolver == NULL && sighting->resolve_at <= now
          && (first == NULL || sighting->resolve_at < first->resolve_at))
        first = sighting;
    }
  return first;
}

/* The longest due first, so that many rooms that do not answer keep none waiting that just came. A daemon that is busy, as with
 * hundreds of announcements, is asked the less often the longer it takes: our own announcement waits behind each look-up. */
static void
resolve_due (ThruRoomBrowser *self,
             gint64           now)
{
  ThruSighting *sighting;
  gint64 end;

  if (count_resolving (self) >= RESOLVERS_MAX || now < self->rests_until || (sighting = find_due (self, now)) == NULL)
    return;

  thru_sighting_begin (sighting, self->client);
  end = g_get_monotonic_time ();
  self->rests_until = end + CLAMP (REST_FACTOR * (end - now), REST_MIN_US, REST_MAX_US);
}

static void
due_cb (gpointer user)
{
  ThruRoomBrowser *self = user;
  gint64 now = g_get_monotonic_time ();

  if (self->client != NULL)
    {
      drop_departed (self, now);
      end_unanswered (self, now);
      resolve_due (self, now);
    }
  schedule (self);
}

static void
schedule (ThruRoomBrowser *self)
{
  gint64 next = G_MAXINT64;
  gboolean full;

  g_source_set_ready_time (self->due_source, -1);
  if (self->client == NULL)
    return;
  full = count_resolving (self) >= RESOLVERS_MAX;
  for (guint i = 0; i < self->sightings->len; i++)
    {
      ThruSighting *sighting = self->sightings->pdata[i];

      if (sighting->leaves_at != 0)
        next = MIN (next, sighting->leaves_at);
      if (sighting->resolver != NULL)
        next = MIN (next, sighting->ends_at);
      else if (sighting->wants_resolve && !full)
        next = MIN (next, MAX (sighting->resolve_at, self->rests_until));
    }
  if (next != G_MAXINT64)
    g_source_set_ready_time (self->due_source, next);
}

static void
service_came (ThruRoomBrowser *self,
              AvahiIfIndex     interface,
              AvahiProtocol    protocol,
              const char      *service,
              const char      *domain)
{
  ThruSighting *sighting = find_sighting (self, interface, protocol, service, domain);

  if (sighting == NULL)
    {
      if (self->sightings->len >= SIGHTINGS_MAX)
        {
          g_debug ("too many announcements: “%s” is left out", service);
          self->overflowed = TRUE;
          return;
        }
      sighting = thru_sighting_new (interface, protocol, service, domain, looked_up_cb, self);
      g_ptr_array_add (self->sightings, sighting);
    }
  thru_sighting_arrive (sighting);
  schedule (self);
}

static void
service_went (ThruRoomBrowser *self,
              AvahiIfIndex     interface,
              AvahiProtocol    protocol,
              const char      *service,
              const char      *domain)
{
  ThruSighting *sighting = find_sighting (self, interface, protocol, service, domain);

  if (sighting == NULL)
    return;
  sighting->leaves_at = g_get_monotonic_time () + LEAVING_US;
  sighting->wants_resolve = FALSE;
  thru_sighting_end (sighting);
  schedule (self);
}

static void
browser_cb (AvahiServiceBrowser   *browser,
            AvahiIfIndex           interface,
            AvahiProtocol          protocol,
            AvahiBrowserEvent      event,
            const char            *name,
            const char            *type,
            const char            *domain,
            AvahiLookupResultFlags flags,
            void                  *user)
{
  ThruRoomBrowser *self = user;

  switch (event)
    {
    case AVAHI_BROWSER_NEW:
      service_came (self, interface, protocol, name, domain);
      break;

    case AVAHI_BROWSER_REMOVE:
      service_went (self, interface, protocol, name, domain);
      break;

    case AVAHI_BROWSER_FAILURE:
      self->broken = TRUE;
      self->changed (self->user);
      break;

    /* These may come before or after what they seem to conclude. */
    case AVAHI_BROWSER_CACHE_EXHAUSTED:
    case AVAHI_BROWSER_ALL_FOR_NOW:
    default:
      break;
    }
}

static int
browse (ThruRoomBrowser *self,
        AvahiClient     *client)
{
  self->browser = avahi_service_browser_new (client, AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC, THRU_DISCOVERY_SERVICE_TYPE, NULL, 0,
                                             browser_cb, self);
  return self->browser != NULL ? 0 : avahi_client_errno (client);
}

ThruRoomBrowser *
thru_room_browser_new (GMainContext       *context,
                       const char         *own_id,
                       ThruRoomBrowserFunc changed,
                       gpointer            user)
{
  ThruRoomBrowser *self;

  g_return_val_if_fail (own_id != NULL, NULL);
  g_return_val_if_fail (changed != NULL, NULL);

  self = g_new0 (ThruRoomBrowser, 1);
  self->own_id = g_strdup (own_id);
  self->changed = changed;
  self->user = user;
  self->due_source = thru_due_source_new (context, "[thruwall] room look-ups", due_cb, self);
  self->sightings = g_ptr_array_new_with_free_func ((GDestroyNotify) thru_sighting_free);
  return self;
}

void
thru_room_browser_free (ThruRoomBrowser *self)
{
  g_return_if_fail (self != NULL);

  thru_room_browser_detach (self);
  thru_due_source_free (self->due_source);
  g_ptr_array_unref (self->sightings);
  g_free (self->own_id);
  g_free (self);
}

int
thru_room_browser_attach (ThruRoomBrowser *self,
                          AvahiClient     *client)
{
  gint64 now = g_get_monotonic_time ();
  int error;

  g_return_val_if_fail (self->client == NULL, AVAHI_ERR_BAD_STATE);

  error = browse (self, client);
  if (error != 0)
    return error;

  self->client = client;
  self->broken = FALSE;
  self->overflowed = FALSE;
  for (guint i = 0; i < self->sightings->len; i++)
    ((ThruSighting *) self->sightings->pdata[i])->leaves_at = now + UNCONFIRMED_US;
  schedule (self);
  return 0;
}

void
thru_room_browser_detach (ThruRoomBrowser *self)
{
  g_return_if_fail (self != NULL);

  for (guint i = 0; i < self->sightings->len; i++)
    {
      ThruSighting *sighting = self->sightings->pdata[i];

      thru_sighting_end (sighting);
      sighting->wants_resolve = FALSE;
    }
  g_clear_pointer (&self->browser, avahi_service_browser_free);
  self->client = NULL;
  schedule (self);
}

gboolean
thru_room_browser_is_broken (ThruRoomBrowser *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->broken;
}

void
thru_room_browser_resolve_again (ThruRoomBrowser *self,
                                 const char      *key)
{
  g_return_if_fail (self != NULL && key != NULL);

  for (guint i = 0; i < self->sightings->len; i++)
    {
      ThruSighting *sighting = self->sightings->pdata[i];

      /* Whoever has not said yet who it is may be this one. */
      if (sighting->leaves_at == 0 && (sighting->key == NULL || g_str_equal (sighting->key, key)))
        thru_sighting_doubt (sighting);
    }
  schedule (self);
}

typedef struct
{
  ThruFoundRoom *room;
  GPtrArray     *addresses;
  guint64        stamp;      /* of the answer that gave the name */
} Group;

static void
group_free (Group *group)
{
  g_clear_pointer (&group->room, thru_found_room_free);
  g_ptr_array_unref (group->addresses);
  g_free (group);
}

static Group *
group_for (GHashTable         *groups,
           const ThruSighting *sighting)
{
  Group *group = g_hash_table_lookup (groups, sighting->key);

  if (group != NULL || g_hash_table_size (groups) >= ROOMS_MAX)
    return group;
  group = g_new0 (Group, 1);
  group->room = g_new0 (ThruFoundRoom, 1);
  group->room->key = g_strdup (sighting->key);
  group->room->id = g_strdup (sighting->id);
  group->addresses = g_ptr_array_new_with_free_func (g_free);
  g_hash_table_insert (groups, group->room->key, group);
  return group;
}

static void
group_add (Group              *group,
           const ThruSighting *sighting)
{
  if (sighting->stamp > group->stamp)
    {
      g_free (group->room->name);
      group->room->name = g_strdup (sighting->name);
      group->stamp = sighting->stamp;
    }
  if (group->addresses->len < ADDRESSES_MAX
      && !g_ptr_array_find_with_equal_func (group->addresses, sighting->address, g_str_equal, NULL))
    g_ptr_array_add (group->addresses, g_strdup (sighting->address));
}

static ThruFoundRoom *
group_steal_room (Group *group)
{
  g_ptr_array_sort (group->addresses, thru_discovery_compare_address);
  g_ptr_array_add (group->addresses, NULL);
  group->room->addresses = g_strdupv ((char **) group->addresses->pdata);
  return g_steal_pointer (&group->room);
}

GPtrArray *
thru_room_browser_dup_rooms (ThruRoomBrowser *self)
{
  g_autoptr(GPtrArray) rooms = g_ptr_array_new_with_free_func ((GDestroyNotify) thru_found_room_free);
  g_autoptr(GHashTable) groups = NULL;
  GHashTableIter iter;
  gpointer value;

  g_return_val_if_fail (self != NULL, NULL);

  groups = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) group_free);
  for (guint i = 0; i < self->sightings->len; i++)
    {
      const ThruSighting *sighting = self->sightings->pdata[i];
      Group *group;

      if (sighting->address == NULL || (sighting->is_here && g_strcmp0 (sighting->id, self->own_id) == 0))
        continue;
      group = group_for (groups, sighting);
      if (group != NULL)
        group_add (group, sighting);
    }

  g_hash_table_iter_init (&iter, groups);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (rooms, group_steal_room (value));
  return g_steal_pointer (&rooms);
}
