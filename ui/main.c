/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-config.h"

#include <stdio.h>

int
main (void)
{
  puts (THRU_VERSION);
  return 0;
}
