/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* RtMidi without a server: its outputs speak to the functions of JACK's that are here, which the linker prefers to libjack's. */

#include "thru-rtmidi.h"

#include "fake-jack.h"

#include <jack/jack.h>
#include <jack/midiport.h>
#include <jack/ringbuffer.h>

static jack_ringbuffer_t *ring; /* of the last client */
static char *octets;
static int the_client;
static int the_port;
static guint n_deactivated;
static guint n_closed;
static jack_midi_data_t events[16][3]; /* of the last period */
static guint n_events;

jack_client_t *
jack_client_open (const char    *name,
                  jack_options_t options,
                  jack_status_t *status,
                  ...)
{
  return (jack_client_t *) &the_client;
}

/* Until here, the client's thread may be reading from the ring. */
int
jack_client_close (jack_client_t *client)
{
  g_assert_true (client == (jack_client_t *) &the_client);
  g_assert_true (ring == NULL || ring->buf == octets);
  n_closed++;
  return 0;
}

int
jack_activate (jack_client_t *client)
{
  return 0;
}

int
jack_deactivate (jack_client_t *client)
{
  g_assert_cmpuint (n_closed, ==, n_deactivated);
  n_deactivated++;
  return 0;
}

jack_port_t *
jack_port_register (jack_client_t *client,
                    const char    *name,
                    const char    *type,
                    unsigned long  flags,
                    unsigned long  size)
{
  return (jack_port_t *) &the_port;
}

const char *
jack_port_name (const jack_port_t *port)
{
  return "own";
}

/* It would read past the end of a list that grew shorter meanwhile. */
const char **
jack_get_ports (jack_client_t *client,
                const char    *name_pattern,
                const char    *type_pattern,
                unsigned long  flags)
{
  g_assert_not_reached ();
}

/* RtMidi asks right after it made the ring. */
size_t
jack_ringbuffer_write_space (const jack_ringbuffer_t *asked)
{
  ring = (jack_ringbuffer_t *) asked;
  octets = ring->buf;
  return ring->size - 1;
}

void *
jack_port_get_buffer (jack_port_t   *port,
                      jack_nframes_t n_frames)
{
  return events;
}

void
jack_midi_clear_buffer (void *buffer)
{
  n_events = 0;
}

jack_midi_data_t *
jack_midi_event_reserve (void          *buffer,
                         jack_nframes_t time,
                         size_t         length)
{
  g_assert_cmpuint (length, ==, sizeof events[0]);
  g_assert_cmpuint (n_events, <, G_N_ELEMENTS (events));
  return events[n_events++];
}

static void
test_ring_outlives_client (void)
{
  for (guint i = 1; i <= 3; i++)
    {
      RtMidiPtr output = thru_rtmidi_new (thru_rtmidi_get_api ("jack"), THRU_DIRECTION_DESTINATION);

      g_assert_nonnull (output);
      g_assert_nonnull (ring);
      thru_rtmidi_free (output, THRU_DIRECTION_DESTINATION);
      g_assert_cmpuint (n_closed, ==, i);
    }
  ring = NULL;
}

static void
receive (void          *user,
         const uint8_t *bytes,
         size_t         length)
{
}

/* An input: RtMidi waits for no period then, which never comes here. */
static void
test_closing_deactivates (void)
{
  ThruRtmidiPort *port;

  n_closed = 0;
  port = thru_rtmidi_open_alone (NULL, thru_rtmidi_get_api ("jack"), THRU_DIRECTION_SOURCE, "Synth:in", receive, NULL);
  g_assert_nonnull (port);
  thru_rtmidi_close (&port->parent);
  g_assert_cmpuint (n_deactivated, ==, 1);
  g_assert_cmpuint (n_closed, ==, 1);
}

static void
assert_period (const char *expected,
               gsize       length)
{
  fake_jack_run ();
  g_assert_cmpmem (events, n_events * sizeof events[0], expected, length);
}

#define ASSERT_PERIOD(expected) assert_period (expected, sizeof expected - 1)

static void
send (ThruRtmidiPort *port,
      const char     *message)
{
  port->parent.time_us = (guint64) g_get_monotonic_time ();
  thru_rtmidi_send (&port->parent, (const guint8 *) message, 3);
}

static void
stand_still (gint64 us)
{
  gint64 until_us = g_get_monotonic_time () + us;

  while (g_get_monotonic_time () < until_us)
    g_thread_yield ();
}

static void
test_stale_notes_are_left_out (void)
{
  ThruRtmidiPort *port;

  thru_jack_cycle_set_late_limit (1000000);
  port = thru_rtmidi_open_alone (NULL, thru_rtmidi_get_api ("jack"), THRU_DIRECTION_DESTINATION, "Synth:in", NULL, NULL);
  g_assert_nonnull (port);
  fake_jack_run ();
  send (port, "\x92\x3c\x64");
  send (port, "\x82\x40\x40");
  ASSERT_PERIOD ("\x92\x3c\x64\x82\x40\x40");

  thru_jack_cycle_set_late_limit (1000);
  send (port, "\x92\x3e\x64");
  send (port, "\x82\x3c\x40");
  send (port, "\xb2\x07\x64");
  stand_still (30000);
  ASSERT_PERIOD ("\xa2\x3e\x00\x82\x3c\x40\xb2\x07\x64");
  g_assert_cmpuint (thru_jack_cycle_take_late (port->parent.cycle), ==, 1);
  g_assert_cmpuint (thru_jack_cycle_take_late (port->parent.cycle), ==, 0);

  thru_jack_cycle_set_late_limit (0);
  send (port, "\x92\x3e\x64");
  stand_still (30000);
  ASSERT_PERIOD ("\x92\x3e\x64");
  g_assert_cmpuint (thru_jack_cycle_take_late (port->parent.cycle), ==, 0);
  thru_rtmidi_close (&port->parent);
}

/* A server that had nothing to do for long takes what is sent then. */
static void
test_fresh_notes_pass_after_a_pause (void)
{
  ThruRtmidiPort *port;

  thru_jack_cycle_set_late_limit (250000);
  port = thru_rtmidi_open_alone (NULL, thru_rtmidi_get_api ("jack"), THRU_DIRECTION_DESTINATION, "Synth:in", NULL, NULL);
  g_assert_nonnull (port);
  fake_jack_run ();
  stand_still (300000);
  send (port, "\x92\x3c\x64");
  ASSERT_PERIOD ("\x92\x3c\x64");
  thru_rtmidi_close (&port->parent);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/devices/jack-teardown/outlives-the-client-that-reads-from-it", test_ring_outlives_client);
  g_test_add_func ("/devices/jack-teardown/closing-deactivates-and-unregisters-nothing", test_closing_deactivates);
  g_test_add_func ("/devices/jack-cycle/notes-that-waited-too-long-are-left-out", test_stale_notes_are_left_out);
  g_test_add_func ("/devices/jack-cycle/fresh-notes-pass-after-a-pause", test_fresh_notes_pass_after_a_pause);

  return g_test_run ();
}
