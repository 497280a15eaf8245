/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-link-rule.h"

#include <string.h>

ThruLinkRule
thru_link_rule_choose (const char *own_id,
                       const char *their_id,
                       bool        older_is_ours,
                       bool        newer_is_ours)
{
  bool we_are_smaller = strcmp (own_id, their_id) < 0;

  if (older_is_ours && newer_is_ours)
    return THRU_LINK_RULE_THEIRS;
  if (older_is_ours == newer_is_ours || newer_is_ours == we_are_smaller)
    return THRU_LINK_RULE_NEWER;
  return THRU_LINK_RULE_OLDER;
}
