"""What do the documents say that describe the service, OpenAPI and AsyncAPI?"""
