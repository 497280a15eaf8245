/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-sleep-watch.h"

#include <gio/gio.h>
#include <gio/gunixfdlist.h>
#include <glib/gi18n.h>
#include <time.h>
#include <unistd.h>

#define LOGIND "org.freedesktop.login1"
#define LOGIND_PATH "/org/freedesktop/login1"
#define LOGIND_MANAGER "org.freedesktop.login1.Manager"
#define ANSWER_MS 5000
#define RECONNECT_SECONDS 30
#define SLEEPING_MS 900         /* less than a second, whatever the network does */
#define NOT_ASLEEP_SECONDS 30   /* awake so long after it was said: the computer did not sleep, and nobody told */
#define JUMP_US G_USEC_PER_SEC

struct _ThruSleepWatch
{
  ThruSleepWatchFuncs funcs;
  gpointer            user;

  GCancellable       *cancellable;
  GDBusConnection    *bus;         /* (nullable): ours alone, so that we know when it is over */
  gulong              closed_handler;
  guint               signal_subscription;
  guint               name_watch;
  guint               reconnect_timer;

  int                 inhibitor;   /* descriptor; -1: none */
  gboolean            inhibiting;  /* asked, not answered */
  gboolean            asleep;      /* said, and not awake again */
  guint               asleep_timer; /* first the time that we have, then the time after which it can not be true */

  GSource            *clock_source;
  ThruSleepWatchClock clock;
  gint64              slept_us;    /* as the clock said last */
};

typedef struct
{
  GSource         source;
  ThruSleepWatch *watch;
} ClockSource;

static void connect_later (ThruSleepWatch *self);

static gint64
read_clock (clockid_t id)
{
  struct timespec now = { 0, 0 };

  clock_gettime (id, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static gint64
get_slept_us (void)
{
  return read_clock (CLOCK_BOOTTIME) - read_clock (CLOCK_MONOTONIC);
}

static void
let_sleep (ThruSleepWatch *self)
{
  if (self->inhibitor >= 0)
    close (self->inhibitor);
  self->inhibitor = -1;
}

static void
wake (ThruSleepWatch *self)
{
  self->asleep = FALSE;
  g_clear_handle_id (&self->asleep_timer, g_source_remove);
  self->slept_us = self->clock ();
  self->funcs.woke (self->user);
}

/* The computer slept if the clock that counts then went ahead of the other. */
static gboolean
has_slept (ClockSource *source)
{
  return source->watch->clock () - source->watch->slept_us >= JUMP_US;
}

static gboolean
clock_prepare (GSource *source,
               int     *timeout_ms)
{
  *timeout_ms = -1;
  return has_slept ((ClockSource *) source);
}

static gboolean
clock_check (GSource *source)
{
  return has_slept ((ClockSource *) source);
}

static gboolean
clock_dispatch (GSource    *source,
                GSourceFunc callback,
                gpointer    user_data)
{
  wake (((ClockSource *) source)->watch);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs clock_funcs = { .prepare = clock_prepare, .check = clock_check, .dispatch = clock_dispatch };

static void
inhibit_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  ThruSleepWatch *self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GUnixFDList) descriptors = NULL;
  g_autoptr(GVariant) reply = NULL;
  int handle = 0;

  reply = g_dbus_connection_call_with_unix_fd_list_finish (G_DBUS_CONNECTION (object), &descriptors, result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self->inhibiting = FALSE;
  if (reply == NULL)
    {
      g_debug ("[SleepWatch] logind does not wait for us: %s", error->message);
      return;
    }

  /* Too late for this time: it would hold up a computer that waits for nobody else. */
  g_variant_get (reply, "(h)", &handle);
  if (!self->asleep && descriptors != NULL)
    self->inhibitor = g_unix_fd_list_get (descriptors, handle, NULL);
}

static void
inhibit (ThruSleepWatch *self)
{
  if (self->bus == NULL || self->inhibiting || self->inhibitor >= 0)
    return;

  self->inhibiting = TRUE;
  g_dbus_connection_call_with_unix_fd_list (self->bus, LOGIND, LOGIND_PATH, LOGIND_MANAGER, "Inhibit",
                                            g_variant_new ("(ssss)", "sleep", "Thruwall", _("Ending the notes that sound"),
                                                           "delay"),
                                            G_VARIANT_TYPE ("(h)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, ANSWER_MS, NULL,
                                            self->cancellable, inhibit_cb, self);
}

static gboolean
not_asleep_cb (gpointer user_data)
{
  ThruSleepWatch *self = user_data;

  self->asleep_timer = 0;
  wake (self);
  inhibit (self);
  return G_SOURCE_REMOVE;
}

static void
wait_for_sleep (ThruSleepWatch *self)
{
  let_sleep (self);
  g_clear_handle_id (&self->asleep_timer, g_source_remove);
  self->asleep_timer = g_timeout_add_seconds (NOT_ASLEEP_SECONDS, not_asleep_cb, self);
}

static gboolean
late_cb (gpointer user_data)
{
  ThruSleepWatch *self = user_data;

  self->asleep_timer = 0;
  wait_for_sleep (self);
  return G_SOURCE_REMOVE;
}

static void
fall_asleep (ThruSleepWatch *self)
{
  if (self->asleep)
    return;

  self->asleep = TRUE;
  self->asleep_timer = g_timeout_add (SLEEPING_MS, late_cb, self);
  self->funcs.sleeping (self->user);
}

static void
prepare_for_sleep_cb (GDBusConnection *bus,
                      const char      *sender,
                      const char      *path,
                      const char      *interface,
                      const char      *signal,
                      GVariant        *parameters,
                      gpointer         user_data)
{
  ThruSleepWatch *self = user_data;
  gboolean before;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    return;

  g_variant_get (parameters, "(b)", &before);
  if (before)
    {
      fall_asleep (self);
      return;
    }

  if (self->asleep)
    wake (self);
  inhibit (self);
}

static void
logind_appeared_cb (GDBusConnection *bus,
                    const char      *name,
                    const char      *owner,
                    gpointer         user_data)
{
  inhibit (user_data);
}

static void
logind_vanished_cb (GDBusConnection *bus,
                    const char      *name,
                    gpointer         user_data)
{
  let_sleep (user_data);
}

static void
disconnect (ThruSleepWatch *self)
{
  let_sleep (self);
  if (self->bus == NULL)
    return;

  g_clear_signal_handler (&self->closed_handler, self->bus);
  g_clear_handle_id (&self->name_watch, g_bus_unwatch_name);
  g_dbus_connection_signal_unsubscribe (self->bus, self->signal_subscription);
  g_clear_object (&self->bus);
}

static void
closed_cb (ThruSleepWatch *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->inhibiting = FALSE;
  disconnect (self);
  connect_later (self);
}

static void
connected_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  ThruSleepWatch *self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GDBusConnection) bus = g_dbus_connection_new_for_address_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (bus == NULL)
    {
      g_debug ("[SleepWatch] no system bus: %s", error->message);
      connect_later (self);
      return;
    }

  self->bus = g_steal_pointer (&bus);
  self->closed_handler = g_signal_connect_swapped (self->bus, "closed", G_CALLBACK (closed_cb), self);
  self->signal_subscription = g_dbus_connection_signal_subscribe (self->bus, LOGIND, LOGIND_MANAGER, "PrepareForSleep", LOGIND_PATH,
                                                                  NULL, G_DBUS_SIGNAL_FLAGS_NONE, prepare_for_sleep_cb, self,
                                                                  NULL);
  self->name_watch = g_bus_watch_name_on_connection (self->bus, LOGIND, G_BUS_NAME_WATCHER_FLAGS_NONE, logind_appeared_cb,
                                                     logind_vanished_cb, self, NULL);
}

static gboolean
connect_cb (gpointer user_data)
{
  ThruSleepWatch *self = user_data;
  g_autoptr(GError) error = NULL;
  g_autofree char *address = g_dbus_address_get_for_bus_sync (G_BUS_TYPE_SYSTEM, NULL, &error);

  self->reconnect_timer = 0;
  if (address == NULL)
    {
      connect_later (self);
      return G_SOURCE_REMOVE;
    }

  g_dbus_connection_new_for_address (address,
                                     G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                     G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                     NULL, self->cancellable, connected_cb, self);
  return G_SOURCE_REMOVE;
}

static void
connect_later (ThruSleepWatch *self)
{
  if (self->reconnect_timer == 0)
    self->reconnect_timer = g_timeout_add_seconds (RECONNECT_SECONDS, connect_cb, self);
}

ThruSleepWatch *
thru_sleep_watch_new (const ThruSleepWatchFuncs *funcs,
                      gpointer                   user)
{
  ThruSleepWatch *self;

  g_return_val_if_fail (funcs != NULL, NULL);

  self = g_new0 (ThruSleepWatch, 1);
  self->funcs = *funcs;
  self->user = user;
  self->cancellable = g_cancellable_new ();
  self->inhibitor = -1;
  self->clock = get_slept_us;
  self->slept_us = self->clock ();

  self->clock_source = g_source_new (&clock_funcs, sizeof (ClockSource));
  ((ClockSource *) self->clock_source)->watch = self;
  g_source_set_static_name (self->clock_source, "[thruwall] slept");
  g_source_attach (self->clock_source, g_main_context_get_thread_default ());

  connect_cb (self);
  return self;
}

void
thru_sleep_watch_free (ThruSleepWatch *self)
{
  if (self == NULL)
    return;

  g_cancellable_cancel (self->cancellable);
  disconnect (self);
  g_clear_handle_id (&self->reconnect_timer, g_source_remove);
  g_clear_handle_id (&self->asleep_timer, g_source_remove);
  g_source_destroy (self->clock_source);
  g_source_unref (self->clock_source);
  g_object_unref (self->cancellable);
  g_free (self);
}

void
thru_sleep_watch_ready (ThruSleepWatch *self)
{
  g_return_if_fail (self != NULL);

  if (self->asleep)
    wait_for_sleep (self);
}

gboolean
thru_sleep_watch_is_heeded (ThruSleepWatch *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->inhibitor >= 0;
}

void
thru_sleep_watch_set_clock (ThruSleepWatch     *self,
                            ThruSleepWatchClock clock)
{
  g_return_if_fail (self != NULL && clock != NULL);

  self->clock = clock;
  self->slept_us = clock ();
}
