/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-discovery"

#include "thru-sighting.h"

#include "thru-discovery-text.h"

#include <avahi-common/error.h>
#include <glib/gi18n.h>
#include <net/if.h>

/* The daemon asks at once, then after 1, 2, 4 seconds and so on, up to once an hour. It forgets how far it got only if nobody
 * waits for the answer at the moment when it would ask next. To have it ask when we say, each look-up is one question. */
#define ASK_US (9 * G_USEC_PER_SEC / 10)
#define FORGET_US (3 * G_USEC_PER_SEC / 10)
#define RETRY_MAX_US (60 * G_USEC_PER_SEC)
#define DOUBTS 3 /* questions, in 3.6 seconds; an attempt to dial takes 3 */

ThruSighting *
thru_sighting_new (AvahiIfIndex     interface,
                   AvahiProtocol    protocol,
                   const char      *service,
                   const char      *domain,
                   ThruSightingFunc func,
                   gpointer         user)
{
  ThruSighting *self;

  g_return_val_if_fail (service != NULL && domain != NULL && func != NULL, NULL);

  self = g_new0 (ThruSighting, 1);
  self->interface = interface;
  self->protocol = protocol;
  self->service = g_strdup (service);
  self->domain = g_strdup (domain);
  self->func = func;
  self->user = user;
  self->retry = FORGET_US;
  return self;
}

void
thru_sighting_free (ThruSighting *self)
{
  if (self == NULL)
    return;

  thru_sighting_end (self);
  g_free (self->service);
  g_free (self->domain);
  g_free (self->key);
  g_free (self->id);
  g_free (self->name);
  g_free (self->address);
  g_free (self);
}

gboolean
thru_sighting_is (ThruSighting *self,
                  AvahiIfIndex  interface,
                  AvahiProtocol protocol,
                  const char   *service,
                  const char   *domain)
{
  g_return_val_if_fail (self != NULL && service != NULL && domain != NULL, FALSE);

  return self->interface == interface && self->protocol == protocol
         && g_str_equal (self->service, service) && g_str_equal (self->domain, domain);
}

static void
want (ThruSighting *self,
      gint64        when)
{
  self->wants_resolve = TRUE;
  self->resolve_at = MAX (when, self->rests_until);
}

/* It failed: the next try, later each time. */
static void
want_later (ThruSighting *self)
{
  want (self, g_get_monotonic_time () + self->retry);
  self->retry = MIN (self->retry * 2, RETRY_MAX_US);
}

void
thru_sighting_arrive (ThruSighting *self)
{
  g_return_if_fail (self != NULL);

  self->leaves_at = 0;
  self->retry = FORGET_US;
  want (self, 0);
}

void
thru_sighting_doubt (ThruSighting *self)
{
  g_return_if_fail (self != NULL);

  /* More than once: the network may not be back yet. */
  self->doubts = DOUBTS;
  if (self->resolver == NULL)
    want (self, g_get_monotonic_time ());
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
set_answer (ThruSighting       *self,
            AvahiIfIndex        interface,
            const AvahiAddress *address,
            guint16             port,
            AvahiStringList    *txt)
{
  g_free (self->key);
  g_free (self->id);
  g_free (self->name);
  g_free (self->address);
  self->id = find_txt_id (txt);
  self->name = thru_discovery_clean_text (self->service, THRU_DISCOVERY_NAME_MAX);
  if (self->name[0] == '\0')
    {
      g_free (self->name);
      self->name = g_strdup (_("Unnamed room"));
    }
  self->key = self->id != NULL ? g_strdup (self->id) : g_strconcat ("name ", self->name, NULL);
  self->address = format_address (interface, address, port);
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
  ThruSighting *self = user;
  gboolean answered = event == AVAHI_RESOLVER_FOUND && address != NULL;

  /* One that is kept open may report stale addresses: each look-up is a resolver of its own, and so is what follows a doubt. */
  if (answered)
    {
      set_answer (self, interface, address, port, txt);
      self->is_here = (flags & AVAHI_LOOKUP_RESULT_LOCAL) != 0;
      self->retry = FORGET_US;
    }
  else
    {
      want_later (self);
    }
  if (!answered || !self->doubted)
    thru_sighting_end (self);
  self->func (self, answered, self->user);
}

void
thru_sighting_begin (ThruSighting *self,
                     AvahiClient  *client)
{
  g_return_if_fail (self != NULL && client != NULL && self->resolver == NULL);

  self->wants_resolve = FALSE;
  /* Each protocol finds its own kind of address, so that a room with both is known by both. */
  self->resolver = avahi_service_resolver_new (client, self->interface, self->protocol, self->service,
                                               THRU_DISCOVERY_SERVICE_TYPE, self->domain, self->protocol, 0, resolver_cb, self);
  if (self->resolver != NULL)
    {
      self->ends_at = g_get_monotonic_time () + ASK_US;
      self->rests_until = self->ends_at + FORGET_US;
      /* The daemon answers from its memory, and only then asks; not any more if nobody waits for it. */
      self->doubted = self->doubts > 0;
      self->doubts -= MIN (self->doubts, 1);
      return;
    }
  g_debug ("“%s” can not be looked up: %s", self->service, avahi_strerror (avahi_client_errno (client)));
  want_later (self);
}

void
thru_sighting_expire (ThruSighting *self)
{
  g_return_if_fail (self != NULL);

  thru_sighting_end (self);
  /* By then the daemon has forgotten what an answer made obsolete, too. */
  if (self->doubted)
    want (self, 0);
  else
    want_later (self);
}

void
thru_sighting_end (ThruSighting *self)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->resolver, avahi_service_resolver_free);
}
