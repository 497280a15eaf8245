/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-discovery"

#include "thru-avahi-poll.h"

/* Both are sources themselves: the main context's reference keeps one alive that frees itself in its own callback. */
struct AvahiWatch
{
  GSource            source;
  int                fd;
  gpointer           tag;
  AvahiWatchEvent    happened;
  AvahiWatchCallback callback;
  void              *user;
};

struct AvahiTimeout
{
  GSource              source;
  AvahiTimeoutCallback callback;
  void                *user;
};

static GSource *
source_new (const AvahiPoll *api,
            GSourceFuncs    *funcs,
            guint            size,
            const char      *name)
{
  GSource *source = g_source_new (funcs, size);

  g_source_set_static_name (source, name);
  g_source_attach (source, api->userdata);
  return source;
}

static void
source_free (GSource *source)
{
  g_source_destroy (source);
  g_source_unref (source);
}

static gboolean
watch_dispatch (GSource    *source,
                GSourceFunc callback,
                gpointer    user_data)
{
  AvahiWatch *watch = (AvahiWatch *) source;

  watch->happened = (AvahiWatchEvent) g_source_query_unix_fd (source, watch->tag);
  if (watch->happened != 0)
    watch->callback (watch, watch->fd, watch->happened, watch->user);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs watch_funcs = { .dispatch = watch_dispatch };

static AvahiWatch *
watch_new (const AvahiPoll   *api,
           int                fd,
           AvahiWatchEvent    event,
           AvahiWatchCallback callback,
           void              *user)
{
  AvahiWatch *watch = (AvahiWatch *) source_new (api, &watch_funcs, sizeof (AvahiWatch), "[thruwall] Avahi watch");

  watch->fd = fd;
  watch->callback = callback;
  watch->user = user;
  watch->tag = g_source_add_unix_fd (&watch->source, fd, (GIOCondition) event);
  return watch;
}

static void
watch_update (AvahiWatch     *watch,
              AvahiWatchEvent event)
{
  g_source_modify_unix_fd (&watch->source, watch->tag, (GIOCondition) event);
}

static AvahiWatchEvent
watch_get_events (AvahiWatch *watch)
{
  return watch->happened;
}

static void
watch_free (AvahiWatch *watch)
{
  source_free (&watch->source);
}

static gboolean
timeout_dispatch (GSource    *source,
                  GSourceFunc callback,
                  gpointer    user_data)
{
  AvahiTimeout *timeout = (AvahiTimeout *) source;

  g_source_set_ready_time (source, -1);
  timeout->callback (timeout, timeout->user);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs timeout_funcs = { .dispatch = timeout_dispatch };

static void
timeout_update (AvahiTimeout         *timeout,
                const struct timeval *when)
{
  gint64 wait;

  if (when == NULL)
    {
      g_source_set_ready_time (&timeout->source, -1);
      return;
    }
  wait = (gint64) when->tv_sec * G_USEC_PER_SEC + when->tv_usec - g_get_real_time ();
  g_source_set_ready_time (&timeout->source, g_get_monotonic_time () + MAX (wait, 0));
}

static AvahiTimeout *
timeout_new (const AvahiPoll      *api,
             const struct timeval *when,
             AvahiTimeoutCallback  callback,
             void                 *user)
{
  AvahiTimeout *timeout = (AvahiTimeout *) source_new (api, &timeout_funcs, sizeof (AvahiTimeout), "[thruwall] Avahi timeout");

  timeout->callback = callback;
  timeout->user = user;
  timeout_update (timeout, when);
  return timeout;
}

static void
timeout_free (AvahiTimeout *timeout)
{
  source_free (&timeout->source);
}

AvahiPoll *
thru_avahi_poll_new (GMainContext *context)
{
  AvahiPoll *poll = g_new0 (AvahiPoll, 1);

  poll->userdata = g_main_context_ref (context != NULL ? context : g_main_context_default ());
  poll->watch_new = watch_new;
  poll->watch_update = watch_update;
  poll->watch_get_events = watch_get_events;
  poll->watch_free = watch_free;
  poll->timeout_new = timeout_new;
  poll->timeout_update = timeout_update;
  poll->timeout_free = timeout_free;
  return poll;
}

void
thru_avahi_poll_free (AvahiPoll *poll)
{
  g_return_if_fail (poll != NULL);

  g_main_context_unref (poll->userdata);
  g_free (poll);
}
