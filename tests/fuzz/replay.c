/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fuzz.h"

#include <dirent.h>
#include <limits.h>
#include <string.h>

/* Runs a fuzz target on every file of a folder, one TAP line each, where no fuzzer is at hand. */

#define INPUT_MAX (1024 * 1024)

static int
is_visible (const struct dirent *entry)
{
  return entry->d_name[0] != '.';
}

/* A block of just the input's size lets AddressSanitizer see the first octet read beyond it. */
static void
replay (const uint8_t *data,
        size_t         size)
{
  uint8_t *copy = malloc (size > 0 ? size : 1);

  fuzz_assert (copy != NULL);
  if (size > 0)
    memcpy (copy, data, size);
  fuzz_assert (LLVMFuzzerTestOneInput (copy, size) == 0);
  free (copy);
}

static int
replay_file (const char *folder,
             const char *name)
{
  static uint8_t data[INPUT_MAX];
  char path[PATH_MAX];
  size_t size;
  FILE *file;

  if ((size_t) snprintf (path, sizeof path, "%s/%s", folder, name) >= sizeof path)
    return -1;
  file = fopen (path, "rb");
  if (file == NULL)
    return -1;

  size = fread (data, 1, sizeof data, file);
  fclose (file);
  replay (data, size);
  return 0;
}

int
main (int    argc,
      char **argv)
{
  struct dirent **entries;
  int n;

  if (argc != 2)
    {
      fprintf (stderr, "usage: %s FOLDER\n", argv[0]);
      return 2;
    }
  n = scandir (argv[1], &entries, is_visible, alphasort);
  if (n <= 0)
    {
      printf ("Bail out! no inputs in %s\n", argv[1]);
      return 1;
    }

  printf ("1..%d\n", n + 1);
  replay (NULL, 0);
  printf ("ok 1 nothing\n");
  for (int i = 0; i < n; i++)
    {
      int failed = replay_file (argv[1], entries[i]->d_name);

      printf ("%s %d %s\n", failed ? "not ok" : "ok", i + 2, entries[i]->d_name);
      fflush (stdout);
      free (entries[i]);
    }
  free (entries);
  return 0;
}
