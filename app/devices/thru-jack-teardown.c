/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-devices"

#include "thru-jack-teardown.h"

#include <dlfcn.h>

/* RtMidi (5.0 and 6.0) frees an output's ring first and closes its JACK client after that. Until then the client's thread, a
 * real-time one that takes its name from the thread that opened it, goes on reading from the ring when it looked at the port
 * before that was closed: on a busy computer it read what the heap had put there, and the program crashed. RtMidi gives us
 * neither the client nor the ring. So this program has libjack's function for freeing rings itself, which the dynamic linker
 * prefers to that of the library, and keeps the ring until RtMidi is done. */
void jack_ringbuffer_free (void *ring);

/* And RtMidi unregisters its only port, input or output, before it closes the client. JACK 2 (1.9.21) takes the port out of a
 * list without a lock then, while another thread of its own may go through that list, for the server tells all active clients
 * of each change of latencies: it read the place that was freed, and the program crashed. A client that closes needs no
 * unregistering: deactivating takes its port out of the music as well, and ends the thread that RtMidi's data is read on. */
int jack_port_unregister (void *client, void *port);

static _Thread_local gboolean closing; /* an output, on this thread */
static _Thread_local void *kept;       /* its ring, owned */

static void
free_ring (void *ring)
{
  void (*function) (void *ring) = NULL;

  *(void **) &function = dlsym (RTLD_NEXT, "jack_ringbuffer_free");
  if (function != NULL)
    function (ring);
}

void
jack_ringbuffer_free (void *ring)
{
  if (closing && kept == NULL)
    kept = ring;
  else
    free_ring (ring);
}

int
jack_port_unregister (void *client,
                      void *port)
{
  int (*function) (void *client) = NULL;

  *(void **) &function = dlsym (RTLD_DEFAULT, "jack_deactivate");
  return function != NULL ? function (client) : -1;
}

void
thru_jack_teardown_free_output (RtMidiPtr output)
{
  void *ring;

  g_return_if_fail (output != NULL);

  closing = TRUE;
  rtmidi_out_free (output);
  closing = FALSE;
  ring = g_steal_pointer (&kept);
  if (ring != NULL)
    free_ring (ring);
}
