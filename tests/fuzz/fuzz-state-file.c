/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fuzz.h"
#include "thru-saved-state.h"

#include <string.h>

/* The octets are taken as studio.json. What can be read of it is bounded and, saved and read again, complete and the same. */

static void
check_state (const ThruSavedState *state)
{
  fuzz_assert (state->room_id != NULL && *state->room_id != '\0');
  fuzz_assert (state->room_name == NULL || *state->room_name != '\0');
  fuzz_assert (state->port <= 65535);
  fuzz_assert (state->devices->len <= THRU_SAVED_DEVICES_MAX);
  fuzz_assert (state->routes->len <= THRU_SAVED_ROUTES_MAX);
  fuzz_assert (state->addresses->len <= THRU_SAVED_ADDRESSES_MAX);
  fuzz_assert (state->rooms->len <= THRU_SAVED_ROOMS_MAX);
  for (guint i = 0; i < state->devices->len; i++)
    {
      const ThruSavedDevice *device = g_ptr_array_index (state->devices, i);

      fuzz_assert (device->address >= 0x80000001u && device->address <= 0xfeffffffu);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  /* A block of its own, so that AddressSanitizer sees what is read beyond it. */
  g_autofree char *text = g_malloc (size > 0 ? size : 1);
  g_autofree char *saved = NULL;
  g_autofree char *saved_again = NULL;
  g_autoptr(ThruSavedState) state = NULL;
  g_autoptr(ThruSavedState) again = NULL;
  g_autoptr(GError) error = NULL;
  guint n_dropped = 0;

  if (size > 0)
    memcpy (text, data, size);

  state = thru_saved_state_decode (text, size, &n_dropped, &error);
  fuzz_assert ((state == NULL) == (error != NULL));
  if (state == NULL)
    return 0;

  check_state (state);
  saved = thru_saved_state_encode (state);
  again = thru_saved_state_decode (saved, strlen (saved), &n_dropped, NULL);
  fuzz_assert (again != NULL && n_dropped == 0);
  saved_again = thru_saved_state_encode (again);
  fuzz_assert (strcmp (saved, saved_again) == 0);
  return 0;
}
