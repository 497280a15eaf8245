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
