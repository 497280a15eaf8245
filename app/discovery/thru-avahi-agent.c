/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-discovery"

#include "thru-config.h"

#include "thru-avahi-agent.h"

#include "thru-avahi-poll.h"
#include "thru-due-source.h"
#include "thru-room-browser.h"
#include "thru-room-publisher.h"

#include <avahi-client/client.h>
#include <avahi-common/error.h>
#include <glib/gi18n.h>

#define RETRY_FIRST_MS 1000
#define RETRY_MAX_MS 5000
#define REPORT_MS 50 /* a room's addresses come one by one: report them together */

struct _ThruAvahiAgent
{
  ThruAvahiAgentFunc changed;
  gpointer           user;

  AvahiPoll         *poll;
  AvahiClient       *client;       /* owned; NULL between two tries */
  ThruRoomBrowser   *browser;
  ThruRoomPublisher *publisher;
  gboolean           attached;     /* both work with the client */

  ThruDiscoveryState state;
  char              *problem;
  GSource           *retry_source;
  gboolean           retrying;
  guint              retry_ms;
  GSource           *report_source;
  gboolean           reporting;
};

static void
set_due_in (GSource *source,
            guint    ms)
{
  g_source_set_ready_time (source, g_get_monotonic_time () + ms * G_TIME_SPAN_MILLISECOND);
}

static void
set_state (ThruAvahiAgent    *self,
           ThruDiscoveryState state,
           char              *problem)
{
  self->state = state;
  g_free (self->problem);
  self->problem = problem;
}

/* The client is replaced then and not at once: we may be in its callback. */
static void
try_again_later (ThruAvahiAgent *self)
{
  if (self->retrying)
    return;

  self->retrying = TRUE;
  set_due_in (self->retry_source, self->retry_ms);
  self->retry_ms = MIN (self->retry_ms * 2, RETRY_MAX_MS);
}

/* What went wrong on its own, without the client's failure. */
static void
check_parts (ThruAvahiAgent *self)
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
report_cb (gpointer user)
{
  ThruAvahiAgent *self = user;

  self->reporting = FALSE;
  check_parts (self);
  self->changed (self, self->user);
}

static void
report_soon (gpointer user)
{
  ThruAvahiAgent *self = user;

  if (self->reporting)
    return;

  self->reporting = TRUE;
  set_due_in (self->report_source, REPORT_MS);
}

static void
detach (ThruAvahiAgent *self)
{
  thru_room_browser_detach (self->browser);
  thru_room_publisher_detach (self->publisher);
  self->attached = FALSE;
}

static void
drop_client (ThruAvahiAgent *self)
{
  detach (self);
  g_clear_pointer (&self->client, avahi_client_free);
}

static void
attach (ThruAvahiAgent *self,
        AvahiClient    *client)
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
set_no_daemon (ThruAvahiAgent *self)
{
  set_state (self, THRU_DISCOVERY_NO_DAEMON,
             g_strdup (_("Other rooms are not found by themselves, because the Avahi service does not run on this computer. "
                         "Start it, or add rooms by their address.")));
}

static void
set_client_error (ThruAvahiAgent *self,
                  int             error)
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
  ThruAvahiAgent *self = user;

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
make_client (ThruAvahiAgent *self)
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

static void
retry_cb (gpointer user)
{
  ThruAvahiAgent *self = user;

  self->retrying = FALSE;
  drop_client (self);
  make_client (self);
}

ThruAvahiAgent *
thru_avahi_agent_new (GMainContext      *context,
                      const char        *id,
                      const char        *name,
                      guint              port,
                      ThruAvahiAgentFunc changed,
                      gpointer           user)
{
  ThruAvahiAgent *self;

  g_return_val_if_fail (id != NULL && name != NULL && changed != NULL, NULL);

  self = g_new0 (ThruAvahiAgent, 1);
  self->changed = changed;
  self->user = user;
  self->poll = thru_avahi_poll_new (context);
  self->retry_source = thru_due_source_new (context, "[thruwall] Avahi retry", retry_cb, self);
  self->report_source = thru_due_source_new (context, "[thruwall] Avahi report", report_cb, self);
  self->browser = thru_room_browser_new (context, id, report_soon, self);
  self->publisher = thru_room_publisher_new (id, report_soon, self);
  self->state = THRU_DISCOVERY_STARTING;
  self->retry_ms = RETRY_FIRST_MS;
  thru_room_publisher_set (self->publisher, name, port);
  make_client (self);
  return self;
}

void
thru_avahi_agent_free (ThruAvahiAgent *self)
{
  if (self == NULL)
    return;

  drop_client (self);
  thru_room_browser_free (self->browser);
  thru_room_publisher_free (self->publisher);
  thru_due_source_free (self->report_source);
  thru_due_source_free (self->retry_source);
  thru_avahi_poll_free (self->poll);
  g_free (self->problem);
  g_free (self);
}

void
thru_avahi_agent_update (ThruAvahiAgent *self,
                         const char     *name,
                         guint           port)
{
  g_return_if_fail (self != NULL && name != NULL);

  thru_room_publisher_set (self->publisher, name, port);
}

void
thru_avahi_agent_announce_again (ThruAvahiAgent *self)
{
  g_return_if_fail (self != NULL);

  thru_room_publisher_again (self->publisher);
}

void
thru_avahi_agent_resolve_again (ThruAvahiAgent *self,
                                const char     *key)
{
  g_return_if_fail (self != NULL && key != NULL);

  thru_room_browser_resolve_again (self->browser, key);
}

ThruDiscoveryState
thru_avahi_agent_get_state (ThruAvahiAgent *self)
{
  g_return_val_if_fail (self != NULL, THRU_DISCOVERY_OFF);

  return self->state;
}

const char *
thru_avahi_agent_get_problem (ThruAvahiAgent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->problem;
}

const char *
thru_avahi_agent_get_published (ThruAvahiAgent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return thru_room_publisher_get_name (self->publisher);
}

GPtrArray *
thru_avahi_agent_dup_rooms (ThruAvahiAgent *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return thru_room_browser_dup_rooms (self->browser);
}
