/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* RtMidi without a server: its outputs speak to the functions of JACK's that are here, which the linker prefers to libjack's. */

#include "thru-rtmidi.h"

#include <jack/jack.h>
#include <jack/ringbuffer.h>
#include <stdlib.h>

static jack_ringbuffer_t *ring; /* of the last client */
static char *octets;
static int the_client;
static int the_port;
static guint n_deactivated;
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
  g_assert_true (ring == NULL || ring->buf == octets);
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

const char **
jack_get_ports (jack_client_t *client,
                const char    *name_pattern,
                const char    *type_pattern,
                unsigned long  flags)
{
  const char **names = calloc (2, sizeof *names);

  names[0] = "Synth:in";
  return names;
}

int
jack_connect (jack_client_t *client,
              const char    *source,
              const char    *destination)
{
  g_assert_cmpstr (source, ==, "Synth:in");
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
  port = thru_rtmidi_open (NULL, thru_rtmidi_get_api ("jack"), THRU_DIRECTION_SOURCE, "Synth:in", receive, NULL);
  g_assert_nonnull (port);
  thru_rtmidi_close (&port->parent);
  g_assert_cmpuint (n_deactivated, ==, 1);
  g_assert_cmpuint (n_closed, ==, 1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/devices/jack-teardown/outlives-the-client-that-reads-from-it", test_ring_outlives_client);
  g_test_add_func ("/devices/jack-teardown/closing-deactivates-and-unregisters-nothing", test_closing_deactivates);

  return g_test_run ();
}
