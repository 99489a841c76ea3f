// For std::visit: one visitor made of a function for each alternative.
#pragma once

namespace replsim::harness {

template <class... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};

}  // namespace replsim::harness
