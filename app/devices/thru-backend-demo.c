/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-devices"

#include "thru-backend-demo.h"

#include "thru-demo-port-private.h"

#include <unistd.h>

typedef struct
{
  ThruBackendPort parent;
  ThruDemoPort   *port; /* owned */
} DemoBackendPort;

static DemoBackendPort *
open_port (const char   *api_name,
           ThruDirection direction)
{
  ThruDemoPort *port = _thru_demo_port_open (api_name, direction);
  DemoBackendPort *self;

  if (port == NULL)
    return NULL;

  self = g_new0 (DemoBackendPort, 1);
  self->parent.backend = thru_backend_demo_get ();
  self->parent.direct = !_thru_demo_port_is_threaded (port);
  self->parent.pace = _thru_demo_port_get_pace (port);
  self->port = port;
  return self;
}

static void
watch_taken (void)
{
  uint64_t n;

  if (read (_thru_demo_ports_watch_fd (), &n, sizeof n) < 0)
    g_debug ("Woken for nothing");
}

static ThruBackendPort *
open_input (const char          *api_name,
            ThruBackendInputFunc func,
            void                *user)
{
  DemoBackendPort *self = open_port (api_name, THRU_DIRECTION_SOURCE);

  if (self == NULL)
    return NULL;
  _thru_demo_port_listen (self->port, self, func, user);
  return &self->parent;
}

static ThruBackendPort *
open_output (const char *api_name)
{
  return (ThruBackendPort *) open_port (api_name, THRU_DIRECTION_DESTINATION);
}

static gboolean
is_alive (ThruBackendPort *port)
{
  return _thru_demo_port_is_there (((DemoBackendPort *) port)->port);
}

static uint64_t
delay_us (ThruBackendPort *port,
          size_t           length,
          gboolean         continues)
{
  return 0;
}

static void
send_bytes (ThruBackendPort *port,
            const uint8_t   *bytes,
            size_t           length)
{
  _thru_demo_port_receive (((DemoBackendPort *) port)->port, bytes, length);
}

static void
close_port (ThruBackendPort *port)
{
  DemoBackendPort *self = (DemoBackendPort *) port;

  _thru_demo_port_listen (self->port, self, NULL, NULL);
  _thru_demo_port_unref (self->port);
  g_free (self);
}

const ThruMidiBackend *
thru_backend_demo_get (void)
{
  static const ThruMidiBackend backend = {
    .name = "Demo",
    .prefix = "demo",
    .poll_ms = 1000,
    .settle_ms = 50,
    .piece = 64 * 1024,
    .works = _thru_demo_ports_work,
    .watch_fd = _thru_demo_ports_watch_fd,
    .watch_taken = watch_taken,
    .list = _thru_demo_ports_list,
    .locate = _thru_demo_ports_locate,
    .find_holder = _thru_demo_ports_get_holder,
    .open_input = open_input,
    .open_output = open_output,
    .is_connected = is_alive,
    .is_alive = is_alive,
    .delay_us = delay_us,
    .send = send_bytes,
    .close = close_port,
  };

  return &backend;
}
