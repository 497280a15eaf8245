/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fake-jack.h"

#include <jack/jack.h>

#define PERIOD 256

static JackProcessCallback process;
static void *process_user;

int
jack_set_process_callback (jack_client_t      *client,
                           JackProcessCallback callback,
                           void               *user)
{
  process = callback;
  process_user = user;
  return 0;
}

void
fake_jack_run (void)
{
  process (PERIOD, process_user);
}
