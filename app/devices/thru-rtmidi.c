/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-devices"

#include "thru-rtmidi.h"

#include "thru-jack-cycle.h"
#include "thru-jack-teardown.h"
#include "thru-port-list.h"

#include <string.h>
#include <unistd.h>

#define MAX_APIS 16
#define QUEUE_LIMIT 1 /* of RtMidi's own queue, which the callback leaves empty */

enum RtMidiApi
thru_rtmidi_get_api (const char *name)
{
  enum RtMidiApi wanted = rtmidi_compiled_api_by_name (name);
  enum RtMidiApi compiled[MAX_APIS];
  int n = rtmidi_get_compiled_api (compiled, MAX_APIS);

  for (int i = 0; i < n; i++)
    if (compiled[i] == wanted)
      return wanted;
  return RTMIDI_API_UNSPECIFIED;
}

RtMidiPtr
thru_rtmidi_new (enum RtMidiApi api,
                 ThruDirection  direction)
{
  g_autofree char *name = g_strdup_printf (THRU_PORT_OWN_PREFIX "-%d", (int) getpid ());
  RtMidiPtr device;

  device = direction == THRU_DIRECTION_SOURCE ? rtmidi_in_create (api, name, QUEUE_LIMIT) : rtmidi_out_create (api, name);
  if (device != NULL && device->ok && device->ptr != NULL)
    return device;

  if (device != NULL)
    thru_rtmidi_free (device, direction);
  return NULL;
}

/* RtMidi's C interface frees what it calls us through (device->data) before it stops the thread that calls, and a message in this
 * very moment jumps to nowhere. So each input leaves with what belonged to another one, whose thread has ended. */
static void
free_input (RtMidiPtr device)
{
  static GMutex lock;
  static GSList *ended;
  void *in_use = device->data;

  g_mutex_lock (&lock);
  device->data = ended != NULL ? ended->data : NULL;
  ended = g_slist_delete_link (ended, ended);
  g_mutex_unlock (&lock);

  rtmidi_in_free (device);

  if (in_use == NULL)
    return;
  g_mutex_lock (&lock);
  ended = g_slist_prepend (ended, in_use);
  g_mutex_unlock (&lock);
}

void
thru_rtmidi_free (RtMidiPtr     device,
                  ThruDirection direction)
{
  if (direction == THRU_DIRECTION_SOURCE)
    free_input (device);
  else
    thru_jack_teardown_free_output (device);
}

static char *
get_name (RtMidiPtr device,
          guint     i)
{
  g_autofree char *name = NULL;
  int size = 0;

  /* It stays FALSE after any failure. */
  device->ok = true;
  if (rtmidi_get_port_name (device, i, NULL, &size) < 0 || !device->ok || size <= 0)
    return g_strdup ("");

  /* It may be longer the second time. */
  size += 256;
  name = g_malloc0 ((gsize) size);
  if (rtmidi_get_port_name (device, i, name, &size) < 0 || !device->ok)
    return g_strdup ("");
  return g_steal_pointer (&name);
}

static guint
count_ports (RtMidiPtr device)
{
  guint n;

  device->ok = true;
  n = rtmidi_get_port_count (device);
  return device->ok ? n : 0;
}

char **
thru_rtmidi_list (RtMidiPtr device)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new ();
  guint n = MIN (count_ports (device), THRU_PORT_LIST_MAX);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = get_name (device, i);

      /* It went while we looked. */
      if (name[0] != '\0')
        g_ptr_array_add (names, g_steal_pointer (&name));
    }
  g_ptr_array_add (names, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&names), FALSE);
}

static int
find_number (RtMidiPtr   device,
             const char *api_name)
{
  guint n = count_ports (device);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = get_name (device, i);

      if (g_str_equal (name, api_name))
        return (int) i;
    }
  return -1;
}

static void
received (double               time,
          const unsigned char *bytes,
          size_t               length,
          void                *user)
{
  ThruRtmidiPort *self = user;

  self->func (self->user, bytes, length);
}

static void
listen_to (ThruRtmidiPort *self)
{
  rtmidi_in_set_callback (self->device, received, self);
  /* Everything but Active Sensing, which is no affair of other rooms. */
  rtmidi_in_ignore_types (self->device, false, false, true);
}

static gboolean
open_device (ThruRtmidiPort *self,
             gboolean        alone)
{
  int number = alone ? 0 : find_number (self->device, self->api_name);

  if (number < 0)
    return FALSE;

  if (self->direction == THRU_DIRECTION_SOURCE)
    listen_to (self);
  self->device->ok = true;
  if (alone)
    rtmidi_open_virtual_port (self->device, self->own_name);
  else
    rtmidi_open_port (self->device, (unsigned) number, self->own_name);
  return self->device->ok;
}

static ThruRtmidiPort *
open_port (const ThruMidiBackend *backend,
           enum RtMidiApi         api,
           ThruDirection          direction,
           const char            *api_name,
           gboolean               alone,
           ThruBackendInputFunc   func,
           void                  *user)
{
  static guint last;
  RtMidiPtr device;
  ThruRtmidiPort *self;
  gboolean opened;

  thru_jack_cycle_begin ();
  device = thru_rtmidi_new (api, direction);
  if (device == NULL)
    return NULL;

  self = g_new0 (ThruRtmidiPort, 1);
  self->parent.backend = backend;
  self->direction = direction;
  self->device = device;
  self->api_name = g_strdup (api_name);
  self->own_name = g_strdup_printf ("%s-%u", direction == THRU_DIRECTION_SOURCE ? "from" : "to", ++last);
  self->func = func;
  self->user = user;
  opened = open_device (self, alone);
  self->parent.cycle = thru_jack_cycle_take ();
  if (opened)
    return self;

  thru_rtmidi_close (&self->parent);
  return NULL;
}

ThruRtmidiPort *
thru_rtmidi_open (const ThruMidiBackend *backend,
                  enum RtMidiApi         api,
                  ThruDirection          direction,
                  const char            *api_name,
                  ThruBackendInputFunc   func,
                  void                  *user)
{
  return open_port (backend, api, direction, api_name, FALSE, func, user);
}

ThruRtmidiPort *
thru_rtmidi_open_alone (const ThruMidiBackend *backend,
                        enum RtMidiApi         api,
                        ThruDirection          direction,
                        const char            *api_name,
                        ThruBackendInputFunc   func,
                        void                  *user)
{
  return open_port (backend, api, direction, api_name, TRUE, func, user);
}

void
thru_rtmidi_detach (ThruBackendPort *port)
{
  ThruRtmidiPort *self = (ThruRtmidiPort *) port;

  rtmidi_close_port (self->device);
}

void
thru_rtmidi_close (ThruBackendPort *port)
{
  ThruRtmidiPort *self = (ThruRtmidiPort *) port;

  thru_rtmidi_free (self->device, self->direction);
  thru_jack_cycle_free (self->parent.cycle);
  g_free (self->api_name);
  g_free (self->own_name);
  g_free (self);
}

void
thru_rtmidi_send (ThruBackendPort *port,
                  const uint8_t   *bytes,
                  size_t           length)
{
  ThruRtmidiPort *self = (ThruRtmidiPort *) port;

  thru_jack_cycle_sends (port->cycle, bytes, length, port->time_us);
  rtmidi_out_send_message (self->device, bytes, (int) length);
}
