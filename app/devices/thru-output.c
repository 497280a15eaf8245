/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-devices"

#include "thru-output.h"

#include "thru-port-private.h"

struct _ThruOutput
{
  ThruPort parent_instance;
};

G_DEFINE_FINAL_TYPE (ThruOutput, thru_output, THRU_TYPE_PORT)

static void
thru_output_class_init (ThruOutputClass *klass)
{
}

static void
thru_output_init (ThruOutput *self)
{
}

gboolean
thru_output_send (ThruOutput    *self,
                  const uint8_t *message,
                  size_t         length,
                  uint64_t       time_us)
{
  ThruOpenPort *port;

  g_return_val_if_fail (THRU_IS_OUTPUT (self), TRUE);
  g_return_val_if_fail (message != NULL || length == 0, TRUE);

  port = _thru_port_get_open (THRU_PORT (self));
  switch (thru_open_port_get_state (port))
    {
    case THRU_PORT_OPENING:
      return FALSE;

    case THRU_PORT_OPEN:
      thru_open_port_check (port);
      return thru_sender_send (port->sender, message, length, time_us);

    case THRU_PORT_FAILED:
    default:
      return TRUE;
    }
}

guint
thru_output_take_late (ThruOutput *self)
{
  ThruOpenPort *port;

  g_return_val_if_fail (THRU_IS_OUTPUT (self), 0);

  port = _thru_port_get_open (THRU_PORT (self));
  return thru_open_port_get_state (port) == THRU_PORT_OPEN ? thru_sender_take_late (port->sender) : 0;
}

size_t
thru_output_take_sysex (ThruOutput    *self,
                        const uint8_t *octets,
                        size_t         length,
                        size_t         at,
                        uint64_t       time_us)
{
  ThruOpenPort *port;

  g_return_val_if_fail (THRU_IS_OUTPUT (self), length - at);
  g_return_val_if_fail (octets != NULL, length - at);
  g_return_val_if_fail (at < length, 0);

  port = _thru_port_get_open (THRU_PORT (self));
  switch (thru_open_port_get_state (port))
    {
    case THRU_PORT_OPENING:
      return 0;

    case THRU_PORT_OPEN:
      thru_open_port_check (port);
      return thru_sender_take_sysex (port->sender, octets, length, at, time_us);

    case THRU_PORT_FAILED:
    default:
      return length - at;
    }
}

gboolean
thru_output_break_off_sysex (ThruOutput *self)
{
  ThruOpenPort *port;

  g_return_val_if_fail (THRU_IS_OUTPUT (self), TRUE);

  port = _thru_port_get_open (THRU_PORT (self));
  return thru_open_port_get_state (port) != THRU_PORT_OPEN || thru_sender_break_sysex (port->sender);
}

uint64_t
thru_output_get_sysex_duration (ThruOutput *self,
                                size_t      length)
{
  ThruOpenPort *port;

  g_return_val_if_fail (THRU_IS_OUTPUT (self), 0);

  port = _thru_port_get_open (THRU_PORT (self));
  return thru_open_port_get_state (port) == THRU_PORT_OPEN ? thru_sender_sysex_duration (port->sender, length) : 0;
}
