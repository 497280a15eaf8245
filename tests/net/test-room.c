/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "test-room.h"
#include "test-tools.h"

#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define RING_SIZE (1 << 18)

static gboolean
tick_cb (gpointer user)
{
  return G_SOURCE_REMOVE;
}

/* Waits a few milliseconds at most, so that a condition outside of the main context is looked at again. */
void
test_iterate (void)
{
  guint tick = g_timeout_add (5, tick_cb, NULL);

  g_main_context_iteration (NULL, TRUE);
  if (g_main_context_find_source_by_id (NULL, tick) != NULL)
    g_source_remove (tick);
}

static void
event_cb (ThruEngineEvent *event,
          gpointer         user)
{
  TestRoom *room = user;
  ThruEngineEvent *kept = g_new (ThruEngineEvent, 1);

  *kept = *event;
  event->address = event->text = event->code = NULL;
  event->message = NULL;
  g_ptr_array_add (room->events, kept);

  if (kept->type == THRU_ENGINE_LINK_TIMING)
    room->round_trip_us = kept->round_trip_us;
  if (kept->type != THRU_ENGINE_LINK_ASKS)
    return;

  room->n_asked++;
  if (room->accepts)
    {
      thru_engine_accept_link (room->engine, kept->link);
      room->link = kept->link;
    }
}

TestRoom *
test_room_new (const char *id,
               const char *name)
{
  TestRoom *room = g_new0 (TestRoom, 1);

  room->events = g_ptr_array_new_with_free_func ((GDestroyNotify)thru_engine_event_free);
  room->accepts = TRUE;
  room->ring = thru_ring_new (RING_SIZE);
  room->wake_fd = eventfd (0, EFD_NONBLOCK | EFD_CLOEXEC);
  room->engine = thru_engine_new (event_cb, room);
  thru_engine_set_hello (room->engine, id, name);
  return room;
}

void
test_room_free (TestRoom *room)
{
  gint64 began_us = g_get_monotonic_time ();

  thru_engine_stop (room->engine);
  g_assert_cmpint (g_get_monotonic_time () - began_us, <, G_USEC_PER_SEC);
  g_assert_finalize_object (room->engine);
  g_ptr_array_unref (room->events);
  thru_ring_free (room->ring);
  close (room->wake_fd);
  g_free (room);
}

void
test_room_listen (TestRoom *room)
{
  g_autoptr(ThruEngineEvent) event = NULL;

  thru_engine_listen (room->engine, test_find_port ());
  event = test_room_wait (room, THRU_ENGINE_LISTENING);
  room->port = event->port;
}

void
test_room_dial (TestRoom  *room,
                ThruDialId dial,
                guint      port)
{
  g_autofree char *address = g_strdup_printf ("127.0.0.1:%u", port);
  const char *const addresses[] = { address, NULL };

  thru_engine_dial (room->engine, dial, addresses, FALSE);
}

ThruEngineEvent *
test_room_take (TestRoom           *room,
                ThruEngineEventType type)
{
  while (room->events->len > 0)
    {
      g_autoptr(ThruEngineEvent) event = g_ptr_array_steal_index (room->events, 0);

      if (event->type == type)
        return g_steal_pointer (&event);
    }

  return NULL;
}

ThruEngineEvent *
test_room_wait (TestRoom           *room,
                ThruEngineEventType type)
{
  ThruEngineEvent *event = NULL;

  test_wait_until ((event = test_room_take (room, type)) != NULL);
  return event;
}

/* A link is of use once the other side has accepted it too, which a message of theirs says. */
static void
send_devices (TestRoom *room)
{
  g_autoptr(ThruSessionMessage) devices = thru_session_message_new (THRU_SESSION_DEVICES);

  thru_engine_send (room->engine, room->link, devices);
}

void
test_room_link (TestRoom *room,
                TestRoom *other)
{
  g_autoptr(ThruEngineEvent) asked = NULL;
  g_autoptr(ThruEngineEvent) asked_other = NULL;
  g_autoptr(ThruEngineEvent) message = NULL;
  g_autoptr(ThruEngineEvent) message_other = NULL;

  test_room_listen (room);
  test_room_dial (other, 1, room->port);
  asked = test_room_wait (room, THRU_ENGINE_LINK_ASKS);
  asked_other = test_room_wait (other, THRU_ENGINE_LINK_ASKS);
  send_devices (room);
  send_devices (other);
  message = test_room_wait (room, THRU_ENGINE_LINK_MESSAGE);
  message_other = test_room_wait (other, THRU_ENGINE_LINK_MESSAGE);
}

void
test_room_add_input (TestRoom      *room,
                     ThruPortNumber source)
{
  thru_engine_add_input (room->engine, source, room->ring, room->wake_fd, NULL, NULL, NULL);
}

void
test_room_play (TestRoom   *room,
                const void *octets,
                gsize       length)
{
  guint64 one = 1;

  /* No input is this much ahead of the engine unless a test is about just that. */
  test_wait_until (thru_ring_fill (room->ring) <= RING_SIZE / 4);
  thru_ring_write (room->ring, (guint64)g_get_monotonic_time (), octets, length);
  g_assert_cmpint (write (room->wake_fd, &one, sizeof one), ==, sizeof one);
}

static bool
output_send (void          *user,
             const uint8_t *message,
             size_t         length,
             uint64_t       time_us)
{
  TestOutput *output = user;
  G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&output->mutex);

  if (output->stuck)
    return FALSE;

  g_byte_array_append (output->octets, message, (guint)length);
  output->n_messages++;
  return TRUE;
}

static void
output_released (gpointer user)
{
  TestOutput *output = user;
  G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&output->mutex);

  g_atomic_int_set (&output->released, TRUE);
}

TestOutput *
test_room_add_output (TestRoom      *room,
                      ThruPortNumber destination,
                      guint32        address)
{
  TestOutput *output = g_new0 (TestOutput, 1);

  g_mutex_init (&output->mutex);
  output->octets = g_byte_array_new ();
  thru_engine_add_output (room->engine, destination, address, output_send, output, output_released, NULL);
  return output;
}

void
test_output_free (TestOutput *output)
{
  g_assert_true (g_atomic_int_get (&output->released));
  g_byte_array_unref (output->octets);
  g_mutex_clear (&output->mutex);
  g_free (output);
}

gsize
test_output_get_length (TestOutput *output)
{
  G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&output->mutex);

  return output->octets->len;
}

gboolean
test_output_ends_with (TestOutput *output,
                       const void *octets,
                       gsize       length)
{
  G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&output->mutex);

  return output->octets->len >= length &&
         memcmp (output->octets->data + output->octets->len - length, octets, length) == 0;
}

gboolean
test_output_contains (TestOutput *output,
                      const void *octets,
                      gsize       length)
{
  G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&output->mutex);

  return output->octets->len > 0 && memmem (output->octets->data, output->octets->len, octets, length) != NULL;
}

void
test_output_set_stuck (TestOutput *output,
                       gboolean    stuck)
{
  G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&output->mutex);

  output->stuck = stuck;
}

void
test_output_assert_octets (TestOutput *output,
                           const void *octets,
                           gsize       length)
{
  G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new (&output->mutex);

  g_assert_cmpmem (output->octets->data, output->octets->len, octets, length);
}
