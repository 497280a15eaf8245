/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* What happens, on the standard output, when somebody wants to read it. */
extern bool sim_log_wanted;

void sim_log_print   (uint64_t       now_ms,
                      const char    *format,
                      ...) __attribute__ ((format (printf, 2, 3)));

/* With the octets of a message. */
void sim_log_message (uint64_t       now_ms,
                      const char    *what,
                      unsigned       number,
                      const uint8_t *octets,
                      unsigned       length);

#define sim_log(...) do { if (sim_log_wanted) sim_log_print (__VA_ARGS__); } while (0)
