/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-discovery"

#include "thru-room-browser.h"

#include "thru-discovery-text.h"

#include <avahi-client/lookup.h>
#include <avahi-common/error.h>
#include <avahi-common/malloc.h>
#include <glib/gi18n.h>
#include <net/if.h>
#include <string.h>

#define SERVICE_TYPE "_dmidi._tcp"
#define ROOMS_MAX 128
#define ADDRESSES_MAX 16 /* per room */
#define SIGHTINGS_MAX (4 * ROOMS_MAX)
#define RESOLVERS_MAX 16        /* at once: each is an object in the daemon */
#define REST_MIN_US 10000      /* after each look-up that was begun */
#define REST_MAX_US G_USEC_PER_SEC
#define REST_FACTOR 4          /* as often as long as it took */
#define LEAVING_US (2 * G_USEC_PER_SEC)
#define UNCONFIRMED_US (10 * G_USEC_PER_SEC) /* what the daemon's restart left behind and nobody announced again */
#define RETRY_FIRST_US (5 * G_USEC_PER_SEC)
#define RETRY_MAX_US (60 * G_USEC_PER_SEC)
#define LINGER_US (3 * G_USEC_PER_SEC / 2) /* what an answer makes obsolete, the daemon forgets a second later */

/* One service as seen on one interface with one protocol: Avahi's unit of news. A room has several. */
typedef struct
{
  ThruRoomBrowser      *browser;     /* borrowed */
  AvahiIfIndex          interface;
  AvahiProtocol         protocol;
  char                 *service;     /* as announced, to compare and to resolve */
  char                 *domain;
  AvahiServiceResolver *resolver;    /* owned; NULL when none is under way */
  gboolean              wants_resolve;
  gint64                resolve_at;  /* monotonic microseconds, when wants_resolve */
  gint64                retry;       /* microseconds */
  gboolean              doubted;     /* what the daemon remembers may be wrong: it shall ask */
  gint64                lingers_until; /* of the resolver; monotonic microseconds; 0: it ends with its first answer */
  gint64                leaves_at;   /* monotonic microseconds; 0: it stays */
  /* From the resolver; key is NULL before its first answer. */
  char                 *key;
  char                 *id;
  char                 *name;
  char                 *address;     /* NULL when it can not be reached there */
  gboolean              is_here;     /* announced by this computer */
  guint64               stamp;       /* a later answer has a greater one */
} Sighting;

struct _ThruRoomBrowser
{
  char                *own_id;
  ThruRoomBrowserFunc  changed;
  gpointer             user;
  AvahiClient         *client;       /* borrowed; NULL when detached */
  AvahiServiceBrowser *browser;      /* owned; dies with the client */
  GPtrArray           *sightings;    /* (element-type Sighting) */
  guint                resolving;    /* resolvers under way */
  gint64               rests_until;  /* monotonic microseconds: no look-up begins before */
  guint64              stamps;
  guint                timer;
  gboolean             broken;       /* the daemon ended our browsing */
  gboolean             overflowed;   /* something was left out for want of room */
};

static void schedule (ThruRoomBrowser *self);
static int browse (ThruRoomBrowser *self,
                   AvahiClient     *client);

static void
sighting_stop_resolver (Sighting *sighting)
{
  if (sighting->resolver == NULL)
    return;
  avahi_service_resolver_free (g_steal_pointer (&sighting->resolver));
  sighting->lingers_until = 0;
  sighting->browser->resolving--;
}

static void
sighting_free (Sighting *sighting)
{
  sighting_stop_resolver (sighting);
  g_free (sighting->service);
  g_free (sighting->domain);
  g_free (sighting->key);
  g_free (sighting->id);
  g_free (sighting->name);
  g_free (sighting->address);
  g_free (sighting);
}

static Sighting *
find_sighting (ThruRoomBrowser *self,
               AvahiIfIndex     interface,
               AvahiProtocol    protocol,
               const char      *service,
               const char      *domain)
{
  for (guint i = 0; i < self->sightings->len; i++)
    {
      Sighting *sighting = self->sightings->pdata[i];

      if (sighting->interface == interface && sighting->protocol == protocol
          && g_str_equal (sighting->service, service) && g_str_equal (sighting->domain, domain))
        return sighting;
    }
  return NULL;
}

static void
sighting_resolve_at (Sighting *sighting,
                     gint64    when)
{
  sighting->wants_resolve = TRUE;
  sighting->resolve_at = when;
  schedule (sighting->browser);
}

/* "fe80::1" alone says nothing: the interface belongs to it. The daemon's answer may come from another than was asked. */
static char *
format_address (AvahiIfIndex        interface,
                const AvahiAddress *address,
                guint16             port)
{
  g_autoptr(GInetAddress) inet = NULL;
  char interface_name[IF_NAMESIZE] = "";
  gboolean known = interface > 0 && if_indextoname ((unsigned int) interface, interface_name) != NULL;

  if (address->proto == AVAHI_PROTO_INET)
    inet = g_inet_address_new_from_bytes ((const guint8 *) &address->data.ipv4.address, G_SOCKET_FAMILY_IPV4);
  else
    inet = g_inet_address_new_from_bytes (address->data.ipv6.address, G_SOCKET_FAMILY_IPV6);
  return thru_discovery_format_address (inet, port, known ? interface_name : NULL, g_str_equal (interface_name, "lo"));
}

static char *
find_txt_id (AvahiStringList *txt)
{
  for (AvahiStringList *l = txt; l != NULL; l = avahi_string_list_get_next (l))
    {
      char *id = thru_discovery_parse_txt_id (avahi_string_list_get_text (l), avahi_string_list_get_size (l));

      if (id != NULL)
        return id;
    }
  return NULL;
}

static void
sighting_set_answer (Sighting           *sighting,
                     AvahiIfIndex        interface,
                     const AvahiAddress *address,
                     guint16             port,
                     AvahiStringList    *txt)
{
  g_free (sighting->key);
  g_free (sighting->id);
  g_free (sighting->name);
  g_free (sighting->address);
  sighting->id = find_txt_id (txt);
  sighting->name = thru_discovery_clean_text (sighting->service, THRU_DISCOVERY_NAME_MAX);
  if (sighting->name[0] == '\0')
    {
      g_free (sighting->name);
      sighting->name = g_strdup (_("Unnamed room"));
    }
  sighting->key = sighting->id != NULL ? g_strdup (sighting->id) : g_strconcat ("name ", sighting->name, NULL);
  sighting->address = format_address (interface, address, port);
  sighting->stamp = ++sighting->browser->stamps;
}

static void
resolver_cb (AvahiServiceResolver  *resolver,
             AvahiIfIndex           interface,
             AvahiProtocol          protocol,
             AvahiResolverEvent     event,
             const char            *name,
             const char            *type,
             const char            *domain,
             const char            *host_name,
             const AvahiAddress    *address,
             uint16_t               port,
             AvahiStringList       *txt,
             AvahiLookupResultFlags flags,
             void                  *user)
{
  Sighting *sighting = user;
  ThruRoomBrowser *self = sighting->browser;

  /* One that is kept open may report stale addresses: each look-up is a resolver of its own, and so is what follows one that
   * lingers. */
  if (event == AVAHI_RESOLVER_FOUND && address != NULL)
    {
      sighting_set_answer (sighting, interface, address, port, txt);
      sighting->is_here = (flags & AVAHI_LOOKUP_RESULT_LOCAL) != 0;
      sighting->retry = RETRY_FIRST_US;
      self->changed (self->user);
      if (sighting->lingers_until != 0)
        return;
    }
  else
    {
      sighting_resolve_at (sighting, g_get_monotonic_time () + sighting->retry);
      sighting->retry = MIN (sighting->retry * 2, RETRY_MAX_US);
    }
  sighting_stop_resolver (sighting);
  schedule (self);
}

static void
sighting_resolve (Sighting *sighting)
{
  ThruRoomBrowser *self = sighting->browser;

  sighting->wants_resolve = FALSE;
  /* Each protocol finds its own kind of address, so that a room with both is known by both. */
  sighting->resolver = avahi_service_resolver_new (self->client, sighting->interface, sighting->protocol, sighting->service,
                                                   SERVICE_TYPE, sighting->domain, sighting->protocol, 0, resolver_cb, sighting);
  if (sighting->resolver != NULL)
    {
      /* The daemon answers from its memory, and only then asks; not any more if nobody waits for it. */
      sighting->lingers_until = sighting->doubted ? g_get_monotonic_time () + LINGER_US : 0;
      sighting->doubted = FALSE;
      self->resolving++;
      return;
    }
  g_debug ("“%s” can not be looked up: %s", sighting->service, avahi_strerror (avahi_client_errno (self->client)));
  sighting->wants_resolve = TRUE;
  sighting->resolve_at = g_get_monotonic_time () + sighting->retry;
  sighting->retry = MIN (sighting->retry * 2, RETRY_MAX_US);
}

static void
drop_departed (ThruRoomBrowser *self,
               gint64           now)
{
  for (guint i = self->sightings->len; i > 0; i--)
    {
      Sighting *sighting = self->sightings->pdata[i - 1];

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
end_lingering (ThruRoomBrowser *self,
               gint64           now)
{
  for (guint i = 0; i < self->sightings->len; i++)
    {
      Sighting *sighting = self->sightings->pdata[i];

      if (sighting->lingers_until == 0 || sighting->lingers_until > now)
        continue;
      sighting_stop_resolver (sighting);
      sighting->wants_resolve = TRUE;
      sighting->resolve_at = now;
    }
}

static Sighting *
find_due (ThruRoomBrowser *self,
          gint64           now)
{
  Sighting *first = NULL;

  for (guint i = 0; i < self->sightings->len; i++)
    {
      Sighting *sighting = self->sightings->pdata[i];

      if (sighting->wants_resolve && sighting->resolver == NULL && sighting->resolve_at <= now
          && (first == NULL || sighting->resolve_at < first->resolve_at))
        first = sighting;
    }
  return first;
}

/* The longest due first, so that many rooms that do not answer keep none waiting that just came. Beginning one waits for the
 * daemon, and with it waits whoever shares the thread, the window too: a daemon that is busy, as with hundreds of announcements,
 * is asked the less often the longer it takes. */
static void
resolve_due (ThruRoomBrowser *self,
             gint64           now)
{
  Sighting *sighting;
  gint64 end;

  if (self->resolving >= RESOLVERS_MAX || now < self->rests_until || (sighting = find_due (self, now)) == NULL)
    return;

  sighting_resolve (sighting);
  end = g_get_monotonic_time ();
  self->rests_until = end + CLAMP (REST_FACTOR * (end - now), REST_MIN_US, REST_MAX_US);
}

static gboolean
timer_cb (gpointer user_data)
{
  ThruRoomBrowser *self = user_data;
  gint64 now = g_get_monotonic_time ();

  self->timer = 0;
  if (self->client != NULL)
    {
      drop_departed (self, now);
      end_lingering (self, now);
      resolve_due (self, now);
    }
  schedule (self);
  return G_SOURCE_REMOVE;
}

/* One timer for what is due next. */
static void
schedule (ThruRoomBrowser *self)
{
  gint64 now = g_get_monotonic_time ();
  gint64 next = G_MAXINT64;

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->client == NULL)
    return;
  for (guint i = 0; i < self->sightings->len; i++)
    {
      Sighting *sighting = self->sightings->pdata[i];

      if (sighting->leaves_at != 0)
        next = MIN (next, sighting->leaves_at);
      if (sighting->lingers_until != 0)
        next = MIN (next, sighting->lingers_until);
      if (sighting->wants_resolve && sighting->resolver == NULL && self->resolving < RESOLVERS_MAX)
        next = MIN (next, MAX (sighting->resolve_at, self->rests_until));
    }
  if (next != G_MAXINT64)
    self->timer = g_timeout_add ((guint) (MAX (next - now, 0) / 1000 + (next > now)), timer_cb, self);
}

static void
service_came (ThruRoomBrowser *self,
              AvahiIfIndex     interface,
              AvahiProtocol    protocol,
              const char      *service,
              const char      *domain)
{
  Sighting *sighting = find_sighting (self, interface, protocol, service, domain);

  if (sighting == NULL)
    {
      if (self->sightings->len >= SIGHTINGS_MAX)
        {
          g_debug ("too many announcements: “%s” is left out", service);
          self->overflowed = TRUE;
          return;
        }
      sighting = g_new0 (Sighting, 1);
      sighting->browser = self;
      sighting->interface = interface;
      sighting->protocol = protocol;
      sighting->service = g_strdup (service);
      sighting->domain = g_strdup (domain);
      g_ptr_array_add (self->sightings, sighting);
    }
  sighting->leaves_at = 0;
  sighting->retry = RETRY_FIRST_US;
  sighting_resolve_at (sighting, 0);
}

static void
service_went (ThruRoomBrowser *self,
              AvahiIfIndex     interface,
              AvahiProtocol    protocol,
              const char      *service,
              const char      *domain)
{
  Sighting *sighting = find_sighting (self, interface, protocol, service, domain);

  if (sighting == NULL)
    return;
  sighting->leaves_at = g_get_monotonic_time () + LEAVING_US;
  sighting->wants_resolve = FALSE;
  sighting_stop_resolver (sighting);
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
  self->browser = avahi_service_browser_new (client, AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC, SERVICE_TYPE, NULL, 0,
                                             browser_cb, self);
  return self->browser != NULL ? 0 : avahi_client_errno (client);
}

ThruRoomBrowser *
thru_room_browser_new (const char         *own_id,
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
  self->sightings = g_ptr_array_new_with_free_func ((GDestroyNotify) sighting_free);
  return self;
}

void
thru_room_browser_free (ThruRoomBrowser *self)
{
  g_return_if_fail (self != NULL);

  thru_room_browser_detach (self);
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
    ((Sighting *) self->sightings->pdata[i])->leaves_at = now + UNCONFIRMED_US;
  schedule (self);
  return 0;
}

void
thru_room_browser_detach (ThruRoomBrowser *self)
{
  g_return_if_fail (self != NULL);

  for (guint i = 0; i < self->sightings->len; i++)
    {
      Sighting *sighting = self->sightings->pdata[i];

      sighting_stop_resolver (sighting);
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
      Sighting *sighting = self->sightings->pdata[i];

      if (g_strcmp0 (sighting->key, key) != 0 || sighting->leaves_at != 0)
        continue;
      /* One that lingers may have asked while nobody could answer: when it ends, the next asks, too. */
      sighting->doubted = TRUE;
      if (sighting->lingers_until == 0)
        sighting_resolve_at (sighting, g_get_monotonic_time ());
    }
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
group_for (GHashTable     *groups,
           const Sighting *sighting)
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
group_add (Group          *group,
           const Sighting *sighting)
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
      const Sighting *sighting = self->sightings->pdata[i];
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
