// Hosts, arrays and links of a topology; only the topology loader uses this.
#pragma once

#include "harness/language/fields.h"
#include "harness/provider/topology.h"

namespace replsim::harness {

provider::HostSpec read_host(Context& context, const Node& name, Cursor at);
provider::ArraySpec read_array(Context& context, const Node& name, Cursor at,
                               const LoadedFile& file);
/// Both ends must be hosts or arrays of `topology`, or `client`.
provider::LinkSpec read_link(Context& context, const Node& name, Cursor at,
                             const provider::Topology& topology);

}  // namespace replsim::harness
