/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* RtMidi without a server: its outputs speak to the functions of JACK's that are here, which the linker prefers to libjack's. */

#include "thru-rtmidi.h"

#include <jack/jack.h>
#include <jack/ringbuffer.h>

static jack_ringbuffer_t *ring; /* of the last client */
static char *octets;
static int the_client;
static guint n_closed;

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
  g_assert_true (ring->buf == octets);
  n_closed++;
  return 0;
}

int
jack_set_process_callback (jack_client_t      *client,
                           JackProcessCallback callback,
                           void               *user)
{
  return 0;
}

int
jack_activate (jack_client_t *client)
{
  return 0;
}

/* RtMidi asks right after it made the ring. */
size_t
jack_ringbuffer_write_space (const jack_ringbuffer_t *asked)
{
  ring = (jack_ringbuffer_t *) asked;
  octets = ring->buf;
  return ring->size - 1;
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
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/devices/jack-ring/outlives-the-client-that-reads-from-it", test_ring_outlives_client);

  return g_test_run ();
}
