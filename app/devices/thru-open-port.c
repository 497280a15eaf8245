/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-devices"

#include "thru-open-port.h"

#include <glib/gi18n.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

ThruOpenPort *
thru_open_port_new (const char   *id,
                    ThruDirection direction)
{
  ThruOpenPort *port = g_new0 (ThruOpenPort, 1);

  g_atomic_ref_count_init (&port->refs);
  g_weak_ref_init (&port->owner, NULL);
  port->direction = direction;
  port->id = g_strdup (id);
  port->context = g_main_context_ref_thread_default ();
  port->state = THRU_PORT_OPENING;
  port->wake_fd = -1;
  if (direction == THRU_DIRECTION_SOURCE)
    {
      port->ring = thru_ring_new_with_aside (THRU_OPEN_PORT_RING, THRU_OPEN_PORT_RING_ASIDE);
      port->wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
    }
  return port;
}

ThruOpenPort *
thru_open_port_ref (ThruOpenPort *port)
{
  g_atomic_ref_count_inc (&port->refs);
  return port;
}

void
thru_open_port_unref (ThruOpenPort *port)
{
  if (!g_atomic_ref_count_dec (&port->refs))
    return;

  g_assert (port->handle == NULL);
  g_weak_ref_clear (&port->owner);
  g_main_context_unref (port->context);
  g_free (port->id);
  g_free (port->problem);
  g_free (port->api_name);
  thru_sender_free (port->sender);
  thru_ring_free (port->ring);
  if (port->wake_fd >= 0)
    close (port->wake_fd);
  g_free (port);
}

static gboolean
emit_state_changed (gpointer user)
{
  ThruOpenPort *port = user;
  g_autoptr(GObject) owner = g_weak_ref_get (&port->owner);

  if (owner != NULL)
    g_signal_emit_by_name (owner, "state-changed");
  return G_SOURCE_REMOVE;
}

static void
tell_owner (ThruOpenPort *port)
{
  g_autoptr(GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, emit_state_changed, thru_open_port_ref (port), (GDestroyNotify) thru_open_port_unref);
  g_source_set_static_name (source, "thruwall: port state");
  g_source_attach (source, port->context);
}

static void
wake_reader (ThruOpenPort *port)
{
  uint64_t one = 1;

  /* It can only fail when the reader is far behind anyway. */
  if (write (port->wake_fd, &one, sizeof one) < 0)
    return;
}

/* The owner's thread may be busy, but who reads is not. */
static void
end_input (ThruOpenPort *port)
{
  if (port->ring == NULL)
    return;
  thru_ring_end (port->ring);
  wake_reader (port);
}

void
thru_open_port_set_open (ThruOpenPort *port)
{
  if (g_atomic_int_compare_and_exchange (&port->state, THRU_PORT_OPENING, THRU_PORT_OPEN))
    tell_owner (port);
}

void
thru_open_port_fail (ThruOpenPort *port,
                     const char   *problem)
{
  char *copy = g_strdup (problem);

  if (!g_atomic_pointer_compare_and_exchange (&port->problem, NULL, copy))
    {
      g_free (copy);
      return;
    }
  g_atomic_int_set (&port->state, THRU_PORT_FAILED);
  end_input (port);
  tell_owner (port);
}

ThruPortState
thru_open_port_get_state (ThruOpenPort *port)
{
  return (ThruPortState) g_atomic_int_get (&port->state);
}

void
thru_open_port_check (ThruOpenPort *port)
{
  if (thru_open_port_get_state (port) != THRU_PORT_OPEN || port->sender == NULL || !thru_sender_is_stuck (port->sender))
    return;

  thru_open_port_fail (port, _("The device does not take what is sent to it."));
  thru_sender_abort (port->sender);
}

void
thru_open_port_input (void          *user,
                      const uint8_t *bytes,
                      size_t         length)
{
  ThruOpenPort *port = user;
  struct timespec now;

  if (bytes == NULL)
    {
      end_input (port);
      return;
    }

  clock_gettime (CLOCK_MONOTONIC, &now);
  thru_ring_write (port->ring, (uint64_t) now.tv_sec * 1000000 + (uint64_t) now.tv_nsec / 1000, bytes, length);
  /* Also when there was no room, so that the loss is noticed. */
  wake_reader (port);
}
