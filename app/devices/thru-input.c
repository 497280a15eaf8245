/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-devices"

#include "thru-input.h"

#include "thru-port-private.h"

struct _ThruInput
{
  ThruPort parent_instance;
};

G_DEFINE_FINAL_TYPE (ThruInput, thru_input, THRU_TYPE_PORT)

static void
thru_input_class_init (ThruInputClass *klass)
{
}

static void
thru_input_init (ThruInput *self)
{
}

ThruRing *
thru_input_get_ring (ThruInput *self)
{
  g_return_val_if_fail (THRU_IS_INPUT (self), NULL);

  return _thru_port_get_open (THRU_PORT (self))->ring;
}

int
thru_input_get_wake_fd (ThruInput *self)
{
  g_return_val_if_fail (THRU_IS_INPUT (self), -1);

  return _thru_port_get_open (THRU_PORT (self))->wake_fd;
}
